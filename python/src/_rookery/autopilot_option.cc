#include "autopilot_option.h"

#include "option_reader.h"

namespace rookery::python {

AutopilotOptions AutopilotOptionsFrom(nb::handle dict) {
  OptionReader reader(dict, "autopilot");
  AutopilotOptions options;
  reader.Read("target_bytes", &options.target_bytes);
  reader.Read("target_load", &options.target_load);
  reader.Read("split_above", &options.split_above);
  reader.Read("merge_below", &options.merge_below);
  reader.Read("min_shards", &options.min_shards);
  reader.Read("max_shards", &options.max_shards);
  reader.Read("spread_over", &options.spread_over);
  reader.Read("interval", &options.interval);
  reader.Read("quiet_period", &options.quiet_period);
  reader.Read("budget", &options.budget);
  reader.Read("keep", &options.keep);
  reader.Read("share", &options.share);
  reader.Finish();
  return options;
}

}  // namespace rookery::python
