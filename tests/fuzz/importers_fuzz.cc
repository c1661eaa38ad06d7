// Every importer reads every input, recognised or not, and counts the same however the bytes arrive.
#include "admin/import/importer.h"
#include "tests/admin/memory_tree.h"
#include "tests/fuzz/fuzz_target.h"

namespace admin = rookery::admin;

namespace {

/// The input under a name that gives the importer what it may look for there: a channel, a date, a stream.
admin::MemoryTree TreeOf(std::string_view bytes, std::size_t piece) {
  return {"export",
          {{"#chan/2016-01-25.log", std::string(bytes)},
           {"1-stream/topic.json", std::string(bytes)},
           {"general/2018-02-02.json", std::string(bytes)},
           {"users.json", std::string(bytes)}},
          piece};
}

/// What an import told: its counts and each problem.
std::string Outcome(const admin::ImporterRow& row, std::string_view bytes, std::size_t piece) {
  std::string outcome;
  admin::ImportOptions options{.dry_run = true};
  options.on_problem = [&](const admin::ImportProblem& problem) {
    // How far a damaged file was read is known by what was read ahead, too.
    const std::string position = problem.unit == "byte" ? "" : std::to_string(problem.position);
    outcome += problem.path + ":" + position + "\n";
  };
  const auto importer = row.make(options);
  const admin::MemoryTree files = TreeOf(bytes, piece);
  const admin::TreeView tree(&files);
  admin::ImportReport report;
  admin::ImportSink sink(nullptr, rookery::IdOptions{}.epoch, options, &report);
  (void)importer->DetectFile({tree[0], bytes.substr(0, admin::kProbeBytes)});
  rookery::Status status;
  if (importer->DetectTree(tree)) {
    status = sink.Absorb(importer->ReadTree(tree, &sink));
  } else {
    for (std::size_t i = 0; i < 2 && status.ok(); ++i) status = sink.Absorb(importer->ReadFile(tree[i], &sink));
  }
  outcome += std::string(rookery::StatusCodeName(status.code()));
  for (const std::uint64_t count :
       {report.messages_read, report.messages_existing, report.events_skipped, report.problems}) {
    outcome += " " + std::to_string(count);
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  for (const admin::ImporterRow& row : admin::ImporterTable()) {
    const bool same = Outcome(row, input, 1 << 16) == Outcome(row, input, 5);
    rookery::testing::FuzzCheck(same, "the size of reads changes nothing");
  }
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  return {
      "--- Log opened Mon Jan 25 20:00:00 2016\n23:59 < ada> hello\n00:01  * ada waves\n00:02 -!- bob has quit\n",
      "[12:34] <ada> hello\n=== bob has joined #chan\n[12:35] <bridge> [room] <Ada L> hi\n2017-01-02 "
      "12:34:56\tada\thello\n",
      R"([{"type":"message","user":"U1","text":"1 &lt; 2","ts":"1517579765.000280","thread_ts":"1517579765.000280",)"
      R"("edited":{"ts":"1517579766.000000"},"files":[{"name":"x"}],"subtype":"me_message"}])",
      R"([{"id":11,"sender_full_name":"ada","timestamp":1701934632,"content":"<p>x</p>"}])",
      R"({"guild":{"name":"g"},"channel":{"name":"c"},"messages":[{"id":"866710679758045195","type":"Reply",)"
      R"("timestamp":"2021-07-19T15:34:49.061+00:00","content":"x","author":{"name":"ada","isBot":true},)"
      R"("reference":{"messageId":"866710679758045194"},"reactions":[{"emoji":{"name":"x"},"count":1}]}],"messageCount":1})",
      R"({"channel":"c","id":"5","author":"ada","content_b64":"AP8=","created_at":"2026-01-31T23:59:59.123Z","version":2,)"
      R"("attributes":{"k":"v"},"attributes_b64":[["/w==","AA=="]]})"
      "\n"
      R"({"type":"record","channel":"c","key":"k","value":"v","updated_at":1})"
      "\n",
      "From ada at example.org  Mon Feb  2 13:56:43 2004\nFrom: =?utf-8?Q?Ad=C3=A9?= <ada@example.org>\nMessage-ID: "
      "<1@x>\n"
      "Date: Mon, 2 Feb 2004 15:56:43 +0200\nContent-Type: multipart/mixed; boundary=A\n\n--A\n"
      "Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\ncaf=E9\n--A--\n\n"
      "From bob@example.org Mon Feb  2 14:00:00 2004\nSubject: x\nIn-Reply-To: <1@x>\n\n>From here\n",
      "tool (1.2-3) unstable; urgency=medium\n\n  * Change.\n\n -- Ada L <ada@example.org>  Sat, 10 Oct 2020 21:01:16 "
      "+0200\n",
  };
}
