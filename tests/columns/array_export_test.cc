// Exported arrays and schemas: who owns what, and when it is freed. Says most under AddressSanitizer.
#include "columns/array_export.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "tests/columns/arrow_view.h"

namespace rookery::columns {
namespace {

using Array = Consumed<ArrowArray>;
using Schema = Consumed<ArrowSchema>;

/// A column of numbers from `first` on.
ArrowArray Numbers(std::int64_t first, std::int64_t rows) {
  std::vector<Buffer> buffers(2);
  for (std::int64_t i = 0; i < rows; ++i) buffers[1].Push(first + i);
  ArrowArray array{};
  ExportArray({.rows = rows}, std::move(buffers), {}, &array);
  return array;
}

/// A struct of three columns, whose numbers begin with 0, 100 and 200.
Array Table() {
  ArrowArray array{};
  ExportArray({.rows = 10}, std::vector<Buffer>(1), {Numbers(0, 10), Numbers(100, 10), Numbers(200, 10)}, &array);
  return Array(array);
}

TEST(ArrayExportTest, AnArrayOwnsItsBuffers) {
  Array array(Numbers(5, 3));
  EXPECT_EQ(array->length, 3);
  EXPECT_EQ(array->null_count, 0);
  EXPECT_EQ(array->n_buffers, 2);
  EXPECT_EQ(array->buffers[0], nullptr) << "nothing is null: no bitmap";
  EXPECT_EQ(ArrowColumn(*array.get()).number(2), 7);
}

TEST(ArrayExportTest, ReleasingMarksAsReleased) {
  Array table = Table();
  table->release(table.get());
  EXPECT_EQ(table->release, nullptr);
  Release(table.get());  // no second time
}

TEST(ArrayExportTest, MovingIsCopyingTheBytes) {
  Array table = Table();
  Array moved(std::move(table));
  EXPECT_EQ(table->release, nullptr);  // NOLINT(bugprone-use-after-move): what is tested
  EXPECT_EQ(ArrowColumn(*moved.get()).child(2).number(9), 209);
}

TEST(ArrayExportTest, ChildrenOutliveTheirParent) {
  Array table = Table();
  Array last = table.MoveChildOut(2);
  Array first = table.MoveChildOut(0);
  Release(table.get());
  EXPECT_EQ(ArrowColumn(*last.get()).number(1), 201);
  Release(last.get());
  EXPECT_EQ(ArrowColumn(*first.get()).number(1), 1);
}

TEST(ArrayExportTest, AParentOutlivesChildrenThatWereMovedOut) {
  Array table = Table();
  { const Array moved = table.MoveChildOut(1); }
  EXPECT_EQ(ArrowColumn(*table.get()).child(0).number(3), 3);
  EXPECT_EQ(ArrowColumn(*table.get()).child(2).number(3), 203);
}

TEST(ArrayExportTest, GrandchildrenMayBeMovedOutToo) {
  ArrowArray outer{};
  {
    Array table = Table();
    ExportArray({.rows = 10}, std::vector<Buffer>(1), {std::exchange(*table.get(), ArrowArray{})}, &outer);
  }
  Array all(outer);
  Array inner(*all->children[0]->children[1]);
  all->children[0]->children[1]->release = nullptr;
  Release(all.get());
  EXPECT_EQ(ArrowColumn(*inner.get()).number(0), 100);
}

TEST(ArrayExportTest, BuffersWithoutBytesAreNotNull) {
  ArrowArray exported{};
  ExportArray({.rows = 0}, std::vector<Buffer>(3), {}, &exported);
  Array array(exported);
  EXPECT_NE(array->buffers[1], nullptr);
  EXPECT_NE(array->buffers[2], nullptr);
}

TEST(ArrayExportTest, TheBitmapIsGivenWhereSomethingIsNull) {
  std::vector<Buffer> buffers(2);
  buffers[0].Push(std::uint8_t{0b101});
  for (const std::int64_t value : {1, 0, 3}) buffers[1].Push(value);
  ArrowArray exported{};
  ExportArray({.rows = 3, .nulls = 1}, std::move(buffers), {}, &exported);
  Array array(exported);
  const ArrowColumn column(*array.get());
  EXPECT_EQ(column.nulls(), 1);
  EXPECT_FALSE(column.null(0));
  EXPECT_TRUE(column.null(1));
  EXPECT_FALSE(column.null(2));
}

TEST(ArrayExportTest, ASharedArrayLivesAsLongAsAnyOfItsCopies) {
  auto original = std::make_shared<Array>(Table());
  std::shared_ptr<const ArrowArray> shared(original, original->get());
  ArrowArray first{};
  ArrowArray second{};
  ShareArray(shared, &first);
  ShareArray(shared, &second);
  original.reset();
  shared.reset();
  EXPECT_EQ(ArrowColumn(first).child(1).number(9), 109);
  EXPECT_EQ(first.children[1]->buffers[1], second.children[1]->buffers[1]) << "nothing is copied";
  Release(&first);
  EXPECT_EQ(first.release, nullptr);
  EXPECT_EQ(ArrowColumn(second).child(1).number(9), 109);
  Release(&second);
}

TEST(ArrayExportTest, ChildrenOfASharedArrayMayBeMovedOut) {
  auto original = std::make_shared<Array>(Table());
  ArrowArray exported{};
  ShareArray(std::shared_ptr<const ArrowArray>(original, original->get()), &exported);
  original.reset();
  Array shared(exported);
  Array child = shared.MoveChildOut(2);
  Release(shared.get());
  EXPECT_EQ(ArrowColumn(*child.get()).number(0), 200);
}

TEST(ArrayExportTest, ASchemaOwnsItsTexts) {
  Schema schema;
  ExportSchema({.format = "+s",
                .name = "",
                .children = {{.format = "l", .name = "id"}, {.format = "U", .name = "nonce", .nullable = true}}},
               schema.get());
  EXPECT_STREQ(schema->format, "+s");
  EXPECT_STREQ(schema->name, "");
  ASSERT_EQ(schema->n_children, 2);
  EXPECT_STREQ(schema->children[0]->name, "id");
  EXPECT_EQ(schema->children[0]->flags, 0);
  EXPECT_EQ(schema->children[1]->flags, ARROW_FLAG_NULLABLE);
  Schema moved = schema.MoveChildOut(1);
  Release(schema.get());
  EXPECT_EQ(schema->release, nullptr);
  EXPECT_STREQ(moved->format, "U");
  EXPECT_STREQ(moved->name, "nonce");
}

}  // namespace
}  // namespace rookery::columns
