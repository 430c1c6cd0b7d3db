using System;
using NetGen.Generator.Emission;
using NetGen.Generator.Planning;
using Xunit;

namespace NetGen.Generator.Tests.Emission.Writing;

public sealed class CodeWriterTests
{
    [Fact]
    public void Block_WhenItsScopeEnds_IsClosed() => Expect(
        """
        class C
        {
            if (a)
            {
                x;
            }
        };
        """,
        w =>
        {
            using (w.Block("class C", after: ";"))
            using (w.Block("if (a)"))
            {
                w.Line("x;");
            }
        });

    [Fact]
    public void Line_OfNothing_IsABlankLineWhereOneIsMissing() => Expect(
        """
        {
            x;

            y;
        }

        z;
        """,
        w =>
        {
            w.Line();
            using (w.Block())
            {
                w.Line();
                w.Line("x;");
                w.Line();
                w.Line();
                w.Line("y;");
                w.Line();
            }

            w.Line();
            w.Line("z;");
        });

    [Fact]
    public void Phase_AfterALine_FollowsABlankOne() => Expect(
        """
        {
            // First.
            x;

            // Second.
            y;
        }
        """,
        w =>
        {
            using (w.Block())
            {
                w.Phase("First.");
                w.Line("x;");
                w.Phase("Second.");
                w.Line("y;");
            }
        });

    [Fact]
    public void Names_OfTheOnlyBlockAround_AreThoseOfItsSurroundings() => Expect(
        """
        {
            x;

            // y
            y;
            for (nuint i = 0; i < 2; i++)
            {
                z;
            }
        }
        """,
        w =>
        {
            using (w.Block())
            {
                w.Line("x;");
                using (w.Names())
                using (w.Names())
                {
                    w.Line("// y");
                    w.Line("y;");
                    using (w.For("i", 2))
                    {
                        w.Line("z;");
                    }
                }
            }
        });

    [Fact]
    public void Names_OfSeveralBlocks_AreTheirOwn() => Expect(
        """
        {
            {
                x;
            }

            {
                x;
            }
        }
        """,
        w =>
        {
            using (w.Block())
            {
                for (int i = 0; i < 2; i++)
                {
                    using (w.Names())
                    {
                        w.Line("x;");
                    }
                }
            }
        });

    [Fact]
    public void Line_ThatIsTooLong_IsBrokenAfterACommaOutsideOthers()
    {
        string inner = "f(" + string.Join(", ", new string('b', 60), "\", \"", new string('c', 20)) + ")";
        Expect(
            $"int a = {inner},\n    d = {inner};",
            w => w.Line($"int a = {inner}, d = {inner};"));
    }

    [Fact]
    public void Blocks_OfNoHeaders_AreNone() => Expect(
        "x;",
        w =>
        {
            using (w.Blocks([]))
            {
                w.Line("x;");
            }
        });

    [Fact]
    public void Blocks_OfSeveralHeaders_AreClosedTogether() => Expect(
        """
        class A
        {
            class B
            {
                x;
            }
        }
        """,
        w =>
        {
            using (w.Blocks(["class A", "class B"]))
            {
                w.Line("x;");
            }
        });

    [Fact]
    public void If_WithoutACondition_IsNoBlock() => Expect(
        """
        if (a)
        {
            x;
        }

        y;
        """,
        w =>
        {
            using (w.If("a"))
            {
                w.Line("x;");
            }

            using (w.If(null))
            {
                w.Line("y;");
            }
        });

    [Fact]
    public void Loop_ThatMovesReferences_MovesThemLast() => Expect(
        """
        for (nuint i = a; i < b; i++)
        {
            x;
            p = ref Unsafe.Add(ref p, 8);
        }
        """,
        w =>
        {
            using (w.Loop("i", "a", "b", ("p", 8)))
            {
                w.Line("x;");
            }
        });

    [Theory]
    [InlineData(1, "x;")]
    [InlineData(2, "for (nuint i = 0; i < 2; i++)\n{\n    x;\n    p = ref Unsafe.Add(ref p, 8);\n}")]
    public void For_ThatRunsOnce_IsNoBlock(int count, string code) => Expect(
        code,
        w =>
        {
            using CodeWriter.Scope scope = w.For("i", count, ("p", 8));
            Assert.Equal(count > 1, scope.IsBlock);
            w.Line("x;");
        });

    [Fact]
    public void ForOrNames_ThatRunsOnce_MovesReferences() => Expect(
        """
        {
            x;
            p = ref Unsafe.Add(ref p, 8);
        }
        """,
        w =>
        {
            using (w.ForOrNames("i", 1, ("p", 8)))
            {
                w.Line("x;");
            }
        });

    [Fact]
    public void ForUnits_OfAShare_BeginsAtItsFirstUnit() => Expect(
        """
        p = ref Unsafe.Add(ref p, from * 8);
        for (nuint i = from; i < to; i++)
        {
            p = ref Unsafe.Add(ref p, 8);
        }
        """,
        w => w.ForUnits("i", 1, isShared: true, ("p", 8)).Dispose());

    [Fact]
    public void PixelLoop_OfAReferenceThatStays_MovesTheOthersOnly() => Expect(
        """
        for (nuint row = 0; row < 2; row++)
        {
            ref float xPixel = ref x;
            ref float yPixel = ref y;
            for (nuint column = 0; column < 3; column++)
            {
                yPixel = xPixel;
                yPixel = ref Unsafe.Add(ref yPixel, 4);
            }

            x = ref Unsafe.Add(ref x, 9);
            y = ref Unsafe.Add(ref y, 12);
        }
        """,
        w =>
        {
            using (new PixelLoop(w, 2, 3, new PixelReference("x", 9, 0), new PixelReference("y", 12, 4)))
            {
                w.Line("yPixel = xPixel;");
            }
        });

    [Theory]
    [InlineData(1, 1, "y = x;")]
    [InlineData(1, 3, "for (nuint column = 0; column < 3; column++)\n{\n    y = x;\n    y = ref Unsafe.Add(ref y, 4);\n}")]
    [InlineData(2, 1, "for (nuint row = 0; row < 2; row++)\n{\n    y = x;\n    x = ref Unsafe.Add(ref x, 9);\n    y = ref Unsafe.Add(ref y, 12);\n}")]
    public void PixelLoop_OfARowOrColumn_MovesTheMapsOwnReferences(int height, int width, string code) => Expect(
        code,
        w =>
        {
            using var pixels = new PixelLoop(w, height, width, new PixelReference("x", 9, 0), new PixelReference("y", 12, 4));
            w.Line($"y{pixels.Suffix} = x{pixels.Suffix};");
        });

    [Fact]
    public void ToString_WithABlockOpen_Throws()
    {
        using var writer = new CodeWriter(depth: 1);
        writer.Block("class C");
        Assert.Throws<InvalidOperationException>(writer.ToString);
    }

    [Fact]
    public void Scope_ThatEndsBeforeOneWithinIt_Throws()
    {
        using var writer = new CodeWriter();
        CodeWriter.Scope outer = writer.Block("class C");
        writer.Block("class D");
        Assert.Throws<InvalidOperationException>(outer.Dispose);
    }

    [Fact]
    public void Scope_ThatEndsTwice_Throws()
    {
        using var writer = new CodeWriter();
        CodeWriter.Scope scope = writer.Block("class C");
        scope.Dispose();
        Assert.Throws<InvalidOperationException>(scope.Dispose);
    }

    [Fact]
    public void VectorLoop_OfAShareOfChannels_TakesThoseThatAreLeftOnTheirOwn() => Expect(
        """
        for (nuint c = from * 8; c < (to * 8 < 16 ? to * 8 : 16); c += 8)
        {
            8 of 8
        }

        if (from <= 2 && to > 2)
        {
            3 of 4
        }
        """,
        w => VectorLoop.OverChannels(w, Tier.Vector256, 19, (lanes, channels, _) => w.Line($"{channels} of {lanes}"), unit: 8));

    private static void Expect(string code, Action<CodeWriter> write)
    {
        using var writer = new CodeWriter();
        write(writer);
        Assert.Equal(code.ReplaceLineEndings("\n") + "\n", writer.ToString());
    }
}
