# Every dependency is a Debian package; ./epysim installs them (the list is in that script).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)

pkg_check_modules(SYSTEMC REQUIRED systemc)
pkg_check_modules(ELFUTILS REQUIRED libelf libdw)

# Debian's SystemC is built as C++17. A C++20 program links with it only when SystemC's own headers
# are told that they are read as C++17 (the language level is part of a symbol's name).
add_library(epysim_systemc INTERFACE)
add_library(epysim::systemc ALIAS epysim_systemc)
target_include_directories(epysim_systemc SYSTEM INTERFACE ${SYSTEMC_INCLUDE_DIRS})
target_compile_definitions(epysim_systemc INTERFACE SC_CPLUSPLUS=201703L)
target_link_libraries(epysim_systemc INTERFACE ${SYSTEMC_LINK_LIBRARIES} Threads::Threads)

add_library(epysim_elfutils INTERFACE)
add_library(epysim::elfutils ALIAS epysim_elfutils)
target_link_libraries(epysim_elfutils INTERFACE ${ELFUTILS_LINK_LIBRARIES})
