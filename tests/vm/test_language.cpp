// The language on virtual cores: source in, printed text out.
#include <catch2/catch.hpp>

#include "tests/vm/virtual_board.h"

using epysim::compiler::Dialect;
using epysim::test::BoardOptions;
using epysim::test::run;

namespace {
std::string legacy(const std::string& source) { return run(source).output; }
std::string modern(const std::string& source) { return run(source, Dialect::kModern).output; }
}  // namespace

TEST_CASE("arithmetic, legacy") {
  CHECK(legacy("print 7/2\nprint -7/2\nprint 7//2\nprint -7//2\nprint 7%3\nprint -7%3\n") == "3\n-3\n3\n-4\n1\n-1\n");
  CHECK(legacy("a=7\nb=2\nprint a/b\nprint -a/b\nprint a%b\nprint a//b\nprint 0-a//b\n") == "3\n-3\n1\n3\n-3\n");
  CHECK(legacy("a=7.0\nprint a/2\nprint a//2\nprint a%4\nprint 0-a%4\n") == "3.500000\n3.000000\n3.000000\n-3.000000\n");
  CHECK(legacy("a=2\nprint a^10\nprint a^0\nb=2.5\nprint b^2\n") == "1024\n1\n6.250000\n");
  CHECK(legacy("a=2147483647\nprint a+1\nb=100000\nprint b*b\n") == "-2147483648\n1410065408\n");
  CHECK(legacy("a=1\nprint a/3.0\nprint a/0.0\n") == "0.333333\ninf\n");
  CHECK(legacy("a=123456789\nprint a+0.0\n") == "123456792.000000\n");
  CHECK(legacy("a=true\nprint a+1\nprint a\nprint none\n") == "2\ntrue\nNONE\n");
}

TEST_CASE("arithmetic, modern") {
  CHECK(modern("a=7\nb=2\nprint(a/b, -a/b, a//b, -a//b, a%b, -a%3)\n") == "3.5 -3.5 3 -4 1 2\n");
  CHECK(modern("a=7.5\nprint(a//2, -a//2, a%2, -a%2, a%-2)\n") == "3.0 -4.0 1.5 0.5 -0.5\n");
  CHECK(modern("a=2\nprint(a**10, a**-1, a**0.5, -a**2)\n") == "1024 0.5 1.4142135 -4\n");
  CHECK(modern("a=1\nprint(a/10, a/3, a*1e20, a*100.0)\n") == "0.1 0.33333334 1e+20 100.0\n");
  CHECK(modern("a=-2147483648\nprint(-a, abs(a+1), a//-1)\n") == "-2147483648 2147483647 -2147483648\n");
  CHECK(modern("print(True+True, True, None, 1 == True, 1.0 == 1, 'a' == 1, None == None)\n") == "2 True None True True False True\n");
}

TEST_CASE("comparison, truth, and, or") {
  CHECK(modern("a=3\nprint(a<4, a<=3, a>3, a>=4, a==3, a!=3)\n") == "True True False False True False\n");
  CHECK(modern("a=3.5\nprint(a<4, a<=3, a>3, a>=4, a==3.5, a!=3.5, -0.0==0.0)\n") == "True False True False True False True\n");
  CHECK(modern("a='b'\nprint(a<'c', a=='b', a!='b', a>'abc', a=='bb', 'ell' in 'hello', a in ['a','b'], 3 not in [1,2])\n") ==
        "True True False True False True True True\n");
  CHECK(modern("def f(x):\n  print('f', x)\n  return x\nprint(f(0) and f(1))\nprint(f(2) or f(3))\nprint(not f(''))\n") ==
        "f 0\n0\nf 2\n2\nf \nTrue\n");
  CHECK(modern("for x in [0, 1, -1, 0.0, 0.5, '', 'a', None, True, [], [0]]:\n  if x:\n    print('yes')\n  else:\n    print('no')\n") ==
        "no\nyes\nyes\nno\nyes\nno\nyes\nno\nyes\nno\nyes\n");
  CHECK(modern("print([1,2]==[1,2], [1,2]==[1,3], [[1],[2.0]]==[[1],[2]], [1]!=[1])\n") == "True False True False\n");
  CHECK(modern("x=None\nprint(x is None, x is not None, 1 < 2 < 3, 1 < 3 < 2)\n") == "True False True False\n");
}

TEST_CASE("strings") {
  CHECK(legacy("a=\"x\"\nprint a+1\nprint 1+a\nprint a+2.5\nprint a+true+none\nprint a+a\n") == "x1\n1x\nx2.500000\nxtrueNONE\nxx\n");
  CHECK(modern("a='n='\nprint(a + -2147483648, a + 0, a + 1000, a + True + None, a + 0.5)\n") ==
        "n=-2147483648 n=0 n=1000 n=TrueNone n=0.5\n");
  CHECK(modern("a='hello'\nprint(a[0], a[-1], a[1:3], a[2:], a[:-1], len(a), str(12)+str(1.5), len(''))\n") ==
        "h o el llo hell 5 121.5 0\n");
  CHECK(modern("print(int('42'), int(' -7 '), int(3.9), int(-3.9), float('2.5'), float(3), bool('a'))\n") == "42 -7 3 -3 2.5 3.0 True\n");
  CHECK(modern("for c in 'abc':\n  print(c)\n") == "a\nb\nc\n");
}

TEST_CASE("lists") {
  CHECK(modern("a=[1,2,3]\na[1]=5\na.append(7)\nprint(a, len(a), a[-1], a[1:3])\n") == "[1, 5, 3, 7] 4 7 [5, 3]\n");
  CHECK(modern("a=[0]*3\nb=a\na[1]=2.5\nprint(a, b)\nb[0]=4\nprint(a)\n") == "[0.0, 2.5, 0.0] [0.0, 2.5, 0.0]\n[4.0, 2.5, 0.0]\n");
  CHECK(modern("a=[1,'x',None,2.5,True]\nprint(a)\na[0]='y'\nprint(a, a[3])\n") ==
        "[1, x, None, 2.5, True]\n[y, x, None, 2.5, True] 2.5\n");
  CHECK(modern("a=[[1,2],[3,4]]\na[1][0]=9\nprint(a[1], a[0][1], len(a))\n") == "[9, 4] 2 2\n");
  CHECK(modern("a=[]\nfor i in range(100):\n  a.append(i)\nprint(len(a), sum(a), a[99], min(a), max(a))\n") == "100 4950 99 0 99\n");
  CHECK(modern("a=[1]+[2,3]\nb=[1,2]*2\nprint(a, b, 2*[0], [1.5]+[2], [1]+[2.5])\n") ==
        "[1, 2, 3] [1, 2, 1, 2] [0, 0] [1.5, 2.0] [1.0, 2.5]\n");
  CHECK(modern("print(min(3,1,2), max(3,1.5,2), sum([1,2.5]))\n") == "1 3 3.5\n");
}

TEST_CASE("legacy lists grow by a write past their end, and every alias sees it") {
  CHECK(legacy("a=[1,2]\nb=a\na[5]=7\nfor x in b:\n  print x\n") == "1\n2\n0\n0\n0\n7\n");
  CHECK(legacy("import array\na=[1,2]\nb=a\nb[9]=2.5\nprint len(a)\nprint a[0]\nprint a[9]\n") == "10\n1.000000\n2.500000\n");
  const auto past = run("a=[1,2]\nprint 0\nprint a[2]\n");
  REQUIRE(past.failures[0].size() == 1);
  CHECK(past.failures[0][0].code == 0x05);
  CHECK(past.failures[0][0].line == 3);
}

TEST_CASE("arrays of several dimensions") {
  CHECK(legacy("import array\na=array(2,3)\na[1][2]=5\na[0][1]=4\nfor x in a:\n  print x\nprint a[1][2]\n") == "0\n4\n0\n0\n0\n5\n5\n");
  CHECK(legacy("import array\na=array(2,3)\na[1][2]=0.5\nprint a[1][2]\nprint a[0][0]\nprint len(a)\nprint ndim(a)\n") ==
        "0.500000\n0.000000\n6\n2\n");
  const auto outside = run("import array\na=array(2,3)\na[0][3]=1\n");
  REQUIRE(outside.failures[0].size() == 1);
  CHECK(outside.failures[0][0].code == 0x05);
}

TEST_CASE("functions") {
  CHECK(legacy("def fib(n):\n  if n<2:\n    return n\n  return fib(n-1)+fib(n-2)\nprint fib(15)\n") == "610\n");
  CHECK(modern("def f(a, b=2, c=None):\n  if c is None:\n    c = a\n  return a*100+b*10+c\nprint(f(1), f(1,3), f(1,3,5))\n") ==
        "121 131 135\n");
  CHECK(modern("def twice(g, x):\n  return g(g(x))\ndef inc(x):\n  return x+1\nh=inc\nprint(twice(h, 5), twice(inc, 1.5))\n") == "7 3.5\n");
  CHECK(modern("n=0\ndef f():\n  global n\n  n += 1\nf()\nf()\nprint(n)\n") == "2\n");
  CHECK(modern("def f():\n  pass\nprint(f())\n") == "None\n");
  CHECK(modern("def even(n):\n  if n == 0:\n    return True\n  return odd(n-1)\ndef odd(n):\n  if n == 0:\n    return False\n  return "
               "even(n-1)\nprint(even(50))\n") == "True\n");
  const auto wrong = run("def f():\n  return 1\nf()\nx=5\nprint x()\n");
  REQUIRE(wrong.failures[0].size() == 1);
  CHECK(wrong.failures[0][0].code == 0x14);
  CHECK(wrong.failures[0][0].line == 5);
}

TEST_CASE("loops") {
  CHECK(modern("i=0\nwhile True:\n  i+=1\n  if i%2==0:\n    continue\n  if i>7:\n    break\n  print(i)\n") == "1\n3\n5\n7\n");
  CHECK(modern("for i in range(3):\n  for j in range(i):\n    print(i,j)\n") == "1 0\n2 0\n2 1\n");
  CHECK(modern("s=0\nfor i in range(10,0,-3):\n  s=s*10+i\nprint(s)\nprint(range(2,8,3))\n") == "10741\n[2, 5]\n");
  CHECK(modern("s=0.0\nfor x in [0.5,1.5]:\n  s+=x\nprint(s)\n") == "2.0\n");
  CHECK(modern("for i in range(2147483646, 2147483647):\n  print(i)\n") == "2147483646\n");
}

TEST_CASE("deep recursion spills its stack to shared memory, with one notice") {
  BoardOptions options;
  options.stack_bytes = 300;
  const auto result =
      run("def f(n):\n  if n==0:\n    return 0\n  return 1+f(n-1)\nprint f(200)\nprint f(100)\n", Dialect::kLegacy, options);
  CHECK(result.output == "200\n100\n");
  CHECK(result.notices[0] == std::vector<uint32_t>{EPY_NOTICE_STACK_SHARED});
  const auto endless = run("def f(n):\n  return f(n+1)\nf(0)\n", Dialect::kLegacy, options);
  REQUIRE(endless.failures[0].size() == 1);
  CHECK(endless.failures[0][0].code == 0x0a);
  CHECK(endless.failures[0][0].line == 2);
}

TEST_CASE("collection: ten thousand strings pass through a heap of 4 KB") {
  const auto result = run("s=\"\"\nn=0\nfor i in range(10000):\n  s=\"string \"+i\n  n=n+len(s)\nprint s\nprint n\n", Dialect::kModern);
  CHECK(result.output == "string 9999\n108890\n");
  CHECK(result.notices[0].empty());
}

TEST_CASE("collection keeps what is reachable through nested and mixed lists, other frames and globals") {
  const std::string source =
      "keep=[]\n"
      "def fill(n):\n  local=['a'+n, ['b'+n, n]]\n  for i in range(200):\n    t='garbage '+i\n  return local\n"
      "for i in range(8):\n  keep.append(fill(i))\n"
      "for k in keep:\n  print(k[0]+k[1][0]+k[1][1])\n";
  const auto result = run(source, Dialect::kModern);
  CHECK(result.output == "a0b00\na1b11\na2b22\na3b33\na4b44\na5b55\na6b66\na7b77\n");
  CHECK(result.notices[0].empty());
}

TEST_CASE("a heap that overflows goes to shared memory with one notice, then to an error") {
  BoardOptions options;
  options.heap_bytes = 1000;
  const auto result = run("a=[0]*100\nb=[1]*200\nc=[2]*300\nprint(a[99]+b[199]+c[299])\n", Dialect::kModern, options);
  CHECK(result.output == "3\n");
  CHECK(result.notices[0] == std::vector<uint32_t>{EPY_NOTICE_HEAP_SHARED});
  options.shared_heap_bytes = 2000;
  const auto full = run("a=[]\nwhile True:\n  a.append(1)\n", Dialect::kModern, options);
  REQUIRE(full.failures[0].size() == 1);
  CHECK(full.failures[0][0].code == 0x08);
  CHECK(full.failures[0][0].line == 3);
}

TEST_CASE("growth of one list among garbage keeps every element") {
  const std::string source =
      "a=[]\nb=[]\nfor i in range(150):\n  a.append(i)\n  b.append('s'+i)\n  t='garbage'+i\n"
      "bad=0\nfor i in range(150):\n  if a[i]!=i or b[i]!='s'+i:\n    bad+=1\nprint(bad)\n";
  BoardOptions options;
  options.heap_bytes = 12000;
  CHECK(run(source, Dialect::kModern, options).output == "0\n");
}

TEST_CASE("errors name their code and line") {
  const auto failure = [](const std::string& source, Dialect dialect) {
    const auto result = run(source, dialect);
    REQUIRE(result.failures[0].size() == 1);
    CHECK(result.activity[0] == EPY_ENDED);
    return std::make_pair(result.failures[0][0].code, result.failures[0][0].line);
  };
  using Expected = std::pair<uint32_t, uint32_t>;
  CHECK(failure("a=0\nprint(1)\nprint(5//a)\n", Dialect::kModern) == Expected(0x40, 3));
  CHECK(failure("a=0\nb=5%a\n", Dialect::kLegacy) == Expected(0x40, 2));
  CHECK(failure("a=0\nb=1.0/a\n", Dialect::kModern) == Expected(0x40, 2));
  CHECK(failure("a=[1]\na[1]=2\n", Dialect::kModern) == Expected(0x05, 2));
  CHECK(failure("a=[1]\n\nprint a[0-1]\n", Dialect::kLegacy) == Expected(0x04, 3));
  CHECK(failure("a='x'\nb=a-1\n", Dialect::kModern) == Expected(0x02, 2));
  CHECK(failure("a=[1]\nb=a[0.5]\n", Dialect::kModern) == Expected(0x45, 2));
  CHECK(failure("a=5\nb=a[0]\n", Dialect::kModern) == Expected(0x44, 2));
  CHECK(failure("a=[5]\nb=a[0][0]\n", Dialect::kModern) == Expected(0x03, 2));
  CHECK(failure("a=5\nfor x in a:\n  print(x)\n", Dialect::kModern) == Expected(0x43, 2));
  CHECK(failure("x=None\ny=x<1\n", Dialect::kModern) == Expected(0x01, 2));
  CHECK(failure("def f():\n  return later\nf()\nlater=1\n", Dialect::kModern) == Expected(0x41, 2));
  CHECK(failure("x=int('q')\n", Dialect::kModern) == Expected(0x42, 1));
}

TEST_CASE("mathematics and random numbers") {
  CHECK(legacy("from math import *\nprint sqrt(2)\nprint floor(-1.5)\nprint ceil(1.2)\nprint sin(0.5)\nprint exp(1)\n") ==
        "1.414214\n-2.000000\n2.000000\n0.479426\n2.718282\n");
  const std::string source =
      "import random\nbad=0\nfor i in range(500):\n  r=random.randint(1,6)\n  if r<1 or r>6:\n    bad+=1\n  x=random.random()\n  "
      "if x<0 or x>=1:\n    bad+=1\nprint(bad)\n";
  CHECK(modern(source) == "0\n");
  BoardOptions other;
  other.seed = 2;
  const std::string one = "import random\nprint(random.randint(0,1000000))\n";
  CHECK(modern(one) == modern(one));
  CHECK(modern(one) != run(one, Dialect::kModern, other).output);
}

TEST_CASE("input is typed by its content") {
  BoardOptions options;
  options.input = {"12", "abc"};
  CHECK(run("a=input()\nb=input(\"? \")\nprint a+1\nprint b+1\n", Dialect::kLegacy, options).output == "13\nabc1\n");
}
