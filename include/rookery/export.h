// Symbol visibility. The library is built with hidden visibility; only what is marked here is exported.
#pragma once

#define ROOKERY_EXPORT [[gnu::visibility("default")]]
