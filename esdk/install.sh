#!/usr/bin/env bash
# epysim esdk: makes a tree that host and device programs of the eSDK are built and run with. EPIPHANY_HOME is its name for them.
set -euo pipefail

usage() {
  cat <<TEXT
Usage: epysim esdk --prefix DIR

Installs an eSDK into DIR: libraries, headers and tools for host programs, and what device programs are linked with. With a cross compiler
(epysim toolchain; EPYSIM_TOOLCHAIN, PATH) also the library for device programs; hosts of 32 bits where gcc -m32 works.

Example: epysim esdk --prefix ~/esdk && . ~/esdk/setup.sh && make -C examples/esdk/hello-world run
TEXT
}
die() {
  echo "epysim esdk: $*" >&2
  exit 2
}

prefix=
while (($#)); do
  case $1 in
    --prefix)
      (($# > 1)) || die "--prefix needs a folder"
      prefix=$2
      shift 2
      ;;
    --prefix=*) prefix=${1#*=}; shift ;;
    -h | --help) usage; exit 0 ;;
    *) die "unknown option '$1'; there is --prefix DIR" ;;
  esac
done
[[ -n $prefix ]] || die "--prefix DIR says where to"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
compile() {
  make -s -j"$(nproc)" -C "$here" OUT="$build/$1" "${@:2}" >"$build/log" 2>&1 || { cat "$build/log" >&2; die "could not be built"; }
}

# -- host
host=$prefix/tools/host
mkdir -p "$host"/{include,lib,bin}
cp "$here"/host/include/*.h "$here"/trace/*.h "$here"/common/*.h "$host/include"
install_libraries() {  # BUILD FOLDER
  mkdir -p "$2"
  cp "$1"/{libe-hal.a,libe-hal.so,libe-trace.a} "$2"
  # One library under both names.
  ln -sf libe-hal.a "$2/libe-loader.a"
  ln -sf libe-hal.so "$2/libe-loader.so"
}
compile host host
install_libraries "$build/host" "$host/lib"
for tool in "$here"/tools/*.c; do
  tool=$(basename "$tool" .c)
  install "$build/host/$tool" "$host/bin/$tool"
done
install "$here/bin/e-sim" "$host/bin/e-sim"
if echo 'int main(void) { return 0; }' | gcc -m32 -x c - -o "$build/m32" 2>"$build/m32.log"; then
  compile host32 BITS=32 libraries
  install_libraries "$build/host32" "$host/lib32"
else
  echo "epysim esdk: no libraries for hosts of 32 bits: gcc -m32 does not work here (Debian's package gcc-multilib)" >&2
fi

# -- board
bsp=$prefix/bsps/parallella_E16G3_1GB
mkdir -p "$bsp"
ln -sfn parallella_E16G3_1GB "$prefix/bsps/current"
cp "$here/bsps/parallella/platform.hdf" "$bsp"
for layout in fast internal legacy; do
  gcc -E -P -x c -traditional-cpp "-D${layout^^}" "$here/bsps/parallella/layout.ld.in" | sed '/^$/d' >"$bsp/$layout.ldf"
done

# -- device
gnu=$prefix/tools/e-gnu
mkdir -p "$gnu/bin" "$gnu/epiphany-elf"/{include,lib}
ln -sfn include "$gnu/epiphany-elf/sys-include"
cp "$here"/device/include/*.h "$here"/common/*.h "$gnu/epiphany-elf/include"
install "$here/bin/e-tool" "$gnu/bin/e-tool"
for tool in gcc as ld ar ranlib nm objcopy objdump readelf size strip; do ln -sf e-tool "$gnu/bin/e-$tool"; done
if objcopy=$("$gnu/bin/e-tool" --which objcopy 2>/dev/null); then
  compile device CROSS="${objcopy%objcopy}" device
  cp "$build/device/device"/{libe-lib.a,crt0.o} "$gnu/epiphany-elf/lib"
else
  echo "epysim esdk: no library for device programs: there is no cross compiler (epysim toolchain)" >&2
fi

cat >"$prefix/setup.sh" <<TEXT
# To be read by a shell (. setup.sh): where the eSDK is.
export EPIPHANY_HOME="$prefix"
export EPIPHANY_HDF="\$EPIPHANY_HOME/bsps/current/platform.hdf"
export PATH="\$EPIPHANY_HOME/tools/host/bin:\$EPIPHANY_HOME/tools/e-gnu/bin:\$PATH"
export LD_LIBRARY_PATH="\$EPIPHANY_HOME/tools/host/lib:\$EPIPHANY_HOME/tools/host/lib32\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
TEXT
echo "epysim esdk: installed in $prefix; for your shell:  . $prefix/setup.sh"
