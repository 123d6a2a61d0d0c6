"""The test's side of shim/shim.cpp: the disk and the clock of a hub, at will."""
import errno
import mmap
import pathlib
import struct

LAYOUT = struct.Struct("=iiiiq")


class Shim:
    def __init__(self, rig):
        self.path = pathlib.Path(rig.folder) / "shim"
        self.path.write_bytes(b"\0" * LAYOUT.size)
        with open(self.path, "r+b") as file:
            self.shared = mmap.mmap(file.fileno(), LAYOUT.size)
        rig.environment |= {"LD_PRELOAD": str(rig.build / "tests/faults/fault_shim.so"), "MAILLON_SHIM": str(self.path)}

    def set(self, write=0, sync=0, share=100, clock_s=0):
        """`write` and `sync` are errno values, or 0; of a hundred writes `share` fail."""
        failed = self.failed()
        self.shared[:] = LAYOUT.pack(write, sync, share, failed, clock_s * 1000)

    def failed(self):
        return LAYOUT.unpack(self.shared[:])[3]


__all__ = ["Shim", "errno"]
