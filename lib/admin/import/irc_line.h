// One line of an IRC log taken apart: irssi, Ubuntu (irclog2html), ZNC and WeeChat, told apart line by line.
//
//   irssi     12:34 < nick> text     12:34  * nick waves     12:34 -!- ...     --- Day changed Mon Jan 02 2017
//   Ubuntu    [12:34] <nick> text    [12:34]  * nick waves   === nick has joined #channel
//   ZNC       [12:34:56] <nick> text [12:34:56] * nick waves [12:34:56] *** Joins: nick
//   WeeChat   2017-01-02 12:34:56<tab>nick<tab>text          (actions: <tab> *<tab>nick waves)
//
// Pure text: what is no message and no date is an event.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rookery::admin {

struct IrcLine {
  enum class Kind : std::uint8_t {
    kMessage,
    kAction,
    kEvent,  // joins, quits, topics, modes, and whatever else is no message
    kDate,   // says which day the next lines are of
    kBlank,
  };

  Kind kind = Kind::kEvent;
  std::string_view author;
  std::string_view text;
  std::string_view bridge;  // the bot that passed the message on, if one did
  bool has_time = false;
  std::chrono::seconds clock{0};                    // time of day, if has_time
  std::optional<std::chrono::year_month_day> date;  // if the line says it
};

/// The views are parts of `line`.
IrcLine ParseIrcLine(std::string_view line);

}  // namespace rookery::admin
