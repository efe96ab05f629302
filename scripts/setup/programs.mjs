// The Debian packages that tinyfarm stands on, each with the program that shows whether it is there, and why.
export const programs = [
  {
    program: 'arm-none-eabi-gcc',
    package: 'gcc-arm-none-eabi',
    why: 'compiles the generated C for the boards',
  },
  {
    file: '/usr/lib/arm-none-eabi/newlib/libc_nano.a',
    package: 'libnewlib-arm-none-eabi',
    why: 'holds the C library of the firmware',
  },
  {
    program: 'qemu-system-arm',
    package: 'qemu-system-arm',
    why: 'runs the firmware where there is no board',
  },
  { program: 'socat', package: 'socat', why: 'gives the emulated serial line a tty' },
  { program: 'setpriv', package: 'util-linux', why: 'ends emulators when their parent ends' },
  { program: 'gcc', package: 'gcc', why: 'builds the kernels for this machine, to compare with the boards' },
  { program: 'openocd', package: 'openocd', why: 'flashes boards' },
  { program: 'bwrap', package: 'bubblewrap', why: 'fences in the compiler where C comes from others' },
  {
    program: 'clang-format',
    package: 'clang-format',
    why: 'checks the format of the firmware',
    developer: true,
  },
  {
    program: 'initdb',
    folders: '/usr/lib/postgresql',
    package: 'postgresql',
    why: 'is the second database that the tests run on',
    developer: true,
  },
];
