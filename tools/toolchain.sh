#!/usr/bin/env bash
# Builds the cross compilers for the device cores (binutils, GCC 12 for C, newlib) from Debian's source packages. Only whoever changes
# the VM on the cores, or compiles programs for `epysim exec`, needs them: the device ELFs are in vm/images/.
#
# Every step leaves a stamp in the work folder, so an interrupted build goes on where it stopped.
set -euo pipefail

usage() {
  cat <<EOF
Usage: epysim toolchain [--prefix DIR] [--target TARGET]... [--jobs N] [--keep]

Builds cross compilers from binutils-source, gcc-12-source and newlib-source (about 25 minutes on 2 cores).

  --prefix DIR      install into DIR/TARGET        [default: ${XDG_CACHE_HOME:-~/.cache}/epysim/toolchain]
  --target TARGET   epiphany-elf or microblazeel-elf; may be repeated    [default: both]
  --jobs N          parallel jobs                  [default: $(nproc)]
  --keep            keep the build folders

Example: epysim toolchain --target epiphany-elf
EOF
}

prefix=${XDG_CACHE_HOME:-$HOME/.cache}/epysim/toolchain
targets=()
jobs=$(nproc)
keep=no
while [ $# -gt 0 ]; do
  case $1 in
    --prefix|--target|--jobs)
      [ $# -ge 2 ] || { echo "epysim toolchain: $1 needs a value" >&2; exit 2; }
      case $1 in
        --prefix) prefix=$2 ;;
        --target) targets+=("$2") ;;
        --jobs) jobs=$2 ;;
      esac
      shift 2 ;;
    --keep) keep=yes; shift ;;
    -h|--help) usage; exit 0 ;;
    *) echo "epysim toolchain: unknown option '$1' (see epysim toolchain --help)" >&2; exit 2 ;;
  esac
done
[ ${#targets[@]} -gt 0 ] || targets=(epiphany-elf microblazeel-elf)
for target in "${targets[@]}"; do
  case $target in
    epiphany-elf|microblazeel-elf) ;;
    *) echo "epysim toolchain: unknown target '$target': expected epiphany-elf or microblazeel-elf" >&2; exit 2 ;;
  esac
done
[[ $jobs =~ ^[1-9][0-9]*$ ]] || { echo "epysim toolchain: --jobs $jobs: expected a number from 1" >&2; exit 2; }

mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)
work=$prefix/work
mkdir -p "$work"

say() { printf 'epysim toolchain: %s\n' "$*" >&2; }

# step NAME COMMAND...: runs the command once; its output goes to a log that is shown only when it fails.
step() {
  local name=$1
  shift
  [ ! -e "$work/$name.done" ] || return 0
  say "$name ..."
  if ! "$@" >"$work/$name.log" 2>&1; then
    say "$name failed; the end of $work/$name.log:"
    tail -n 25 "$work/$name.log" >&2
    exit 3
  fi
  touch "$work/$name.done"
}

packages() {
  local wanted=(binutils-source gcc-12-source newlib-source build-essential flex bison texinfo xz-utils libgmp-dev libmpfr-dev libmpc-dev zlib1g-dev)
  local missing=()
  for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  say "installing Debian packages: ${missing[*]}"
  $sudo env DEBIAN_FRONTEND=noninteractive sh -c "apt-get update -q && apt-get install -q -y --no-install-recommends ${missing[*]}" >"$work/packages.log" 2>&1 ||
    { tail -n 25 "$work/packages.log" >&2; exit 3; }
}

unpack() {  # unpack NAME ARCHIVE: into $work/src/NAME, whatever the archive's top folder is called
  mkdir -p "$work/src/$1"
  tar xf "$2" -C "$work/src/$1" --strip-components=1
}

configure() {  # configure FOLDER SOURCE OPTIONS...
  mkdir -p "$work/$1"
  local folder=$1 source=$2
  shift 2
  (cd "$work/$folder" && "$work/src/$source/configure" "$@")
}

packages
step unpack-binutils unpack binutils "$(ls /usr/src/binutils/binutils-*.tar.xz | tail -n 1)"
step unpack-gcc unpack gcc "$(ls /usr/src/gcc-12/gcc-*.tar.xz | tail -n 1)"
step unpack-newlib unpack newlib "$(ls /usr/src/newlib/newlib-*.tar.xz | tail -n 1)"

for target in "${targets[@]}"; do
  out=$prefix/$target
  export PATH="$out/bin:$PATH"
  common=(--target="$target" --prefix="$out" --disable-nls)

  step "$target-binutils-configure" configure "$target-binutils" binutils "${common[@]}" --disable-gdb --disable-sim --disable-gprofng --disable-werror
  step "$target-binutils-build" make -C "$work/$target-binutils" -j"$jobs" MAKEINFO=true
  step "$target-binutils-install" make -C "$work/$target-binutils" install MAKEINFO=true

  step "$target-gcc-configure" configure "$target-gcc" gcc "${common[@]}" --enable-languages=c --with-newlib --without-headers --disable-shared \
    --disable-threads --disable-libssp --disable-lto --disable-plugin --disable-libquadmath --disable-libgomp --disable-libatomic --disable-bootstrap
  step "$target-gcc-build" make -C "$work/$target-gcc" -j"$jobs" all-gcc MAKEINFO=true
  touch "$work/$target-gcc/gcc/s-tm-texi"  # Debian ships the sources without the manuals that this step would compare with
  step "$target-gcc-install" make -C "$work/$target-gcc" install-gcc MAKEINFO=true

  step "$target-newlib-configure" configure "$target-newlib" newlib "${common[@]}"
  step "$target-newlib-build" make -C "$work/$target-newlib" -j"$jobs" MAKEINFO=true
  step "$target-newlib-install" make -C "$work/$target-newlib" install MAKEINFO=true

  step "$target-libgcc-build" make -C "$work/$target-gcc" -j"$jobs" all-target-libgcc MAKEINFO=true
  step "$target-libgcc-install" make -C "$work/$target-gcc" install-target-libgcc MAKEINFO=true
  [ $keep = yes ] || rm -rf "$work/$target-binutils" "$work/$target-gcc" "$work/$target-newlib"
  say "$("$out/bin/$target-gcc" --version | head -n 1) is in $out/bin"
done
[ $keep = yes ] || rm -rf "$work/src" "$work"/unpack-*.done
