// Whose code ended a process.
#pragma once

namespace rookery::torture {

/// From now on a signal that ends this process by a mistake in it, or an abort, first writes a line to `descriptor`:
/// "died " and the file of the library, or the program, whose code it was in.
void LeaveDeathNote(int descriptor);

}  // namespace rookery::torture
