// A Result does not become its value by itself: an error cannot be overlooked.
// EXPECT: conversion from|no viable conversion
#include "rookery/store.h"

rookery::MessageId Case(rookery::Store& store) {
#ifdef WRONG
  const rookery::MessageId id = store.Post({.channel = "general"});
  return id;
#else
  const rookery::Result<rookery::MessageId> id = store.Post({.channel = "general"});
  return id.value_or(rookery::MessageId{});
#endif
}
