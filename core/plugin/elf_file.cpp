#include "core/plugin/elf_file.h"

#include <elf.h>
#include <link.h>

#include <cstdint>
#include <cstring>

namespace maillon::plugin {
namespace {

using Header = ElfW(Ehdr);
using Segment = ElfW(Phdr);

#if defined(__x86_64__)
constexpr unsigned kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kMachine = EM_AARCH64;
#elif defined(__riscv)
constexpr unsigned kMachine = EM_RISCV;
#elif defined(__powerpc64__)
constexpr unsigned kMachine = EM_PPC64;
#elif defined(__s390x__)
constexpr unsigned kMachine = EM_S390;
#elif defined(__i386__)
constexpr unsigned kMachine = EM_386;
#elif defined(__arm__)
constexpr unsigned kMachine = EM_ARM;
#else
constexpr unsigned kMachine = EM_NONE;  // left to the loader
#endif

constexpr unsigned char kClass = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;

template <class T>
T at(std::string_view file, std::uint64_t offset) {
    T out{};
    std::memcpy(&out, file.data() + offset, sizeof(T));
    return out;
}

bool holds(std::string_view file, std::uint64_t offset, std::uint64_t size) {
    return offset <= file.size() && size <= file.size() - offset;
}

std::string cut_short() {
    return "is cut short: it is smaller than its own header says; copy it here again";
}

}  // namespace

std::string why_not_loadable(std::string_view file) {
    if (!file.starts_with(std::string_view(ELFMAG, SELFMAG)))
        return "is not a plug-in: it is no shared library (ELF) at all. Build it with maillon_add_plugin()";
    if (file.size() < sizeof(Header)) return cut_short();
    const auto header = at<Header>(file, 0);
    if (header.e_ident[EI_CLASS] != kClass || (kMachine != EM_NONE && header.e_machine != kMachine))
        return "is built for another kind of machine; build it on or for this one";
    if (header.e_type != ET_DYN)
        return "is no shared library but a program or a part of one. Build it with maillon_add_plugin()";
    if (header.e_phentsize != sizeof(Segment) ||
        !holds(file, header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(Segment)))
        return cut_short();
    // The loader does not look at the sections; their table stands at the end, so it tells that all is there.
    if (!holds(file, header.e_shoff, std::uint64_t{header.e_shnum} * header.e_shentsize)) return cut_short();
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        const auto segment = at<Segment>(file, header.e_phoff + i * sizeof(Segment));
        if (segment.p_type == PT_LOAD && !holds(file, segment.p_offset, segment.p_filesz)) return cut_short();
    }
    return {};
}

}  // namespace maillon::plugin
