using System;
using System.Linq;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Notation;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>From attributes to layers: inputs, outputs, names, blocks and their parameters, and where problems are said.</summary>
public sealed class BuilderTests
{
    [Theory]
    [InlineData("ReLU", "NG1005 at Net: Net")]
    [InlineData("8", "NG1007 at Net: Net")]
    [InlineData("8; Output name=input", "NG1007 at Net: Net\nNG1027 at Output.name: Output, input")]
    [InlineData("Output name=input", "NG1007 at Net: Net\nNG1005 at Net: Net")]
    [InlineData("8; 4; 2; ReLU", "NG1006 at Input/2: Net\nNG1006 at Input/3: Net")]
    [InlineData("ReLU; 8", "NG1022 at Input: Net")]
    [InlineData("ReLU; 8; 4", "NG1022 at Input: Net\nNG1006 at Input/2: Net")]
    [InlineData("Output name=relu1; 8; ReLU", "8")]
    [InlineData("0; ReLU", "NG1011 at Input.features: input, features, 0")]
    [InlineData("0; Dense units=2 InFeatures=5", "NG1011 at Input.features: input, features, 0")]
    [InlineData("0×-1×0; ReLU", "NG1011 at Input.channels: input, channels, 0\nNG1011 at Input.height: input, height, -1\nNG1011 at Input.width: input, width, 0")]
    [InlineData("2×32768×32768; ReLU", "NG1016 at Input: input, image, 2·32768·32768")]
    [InlineData("Input features=Param.A; ReLU", "NG1033 at Input.features: input, Param.A, , none: only a block has parameters")]
    [InlineData("Input features=Param.A; Dense units=2", "NG1033 at Input.features: input, Param.A, , none: only a block has parameters")]
    public void Input_IsOneAndFirst(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("8; Dense units=3; Dense units=5", "5")]
    [InlineData("8; Dense units=3; Dense units=5; Output name=fc1; Output name=fc2", "3, 5")]
    [InlineData("8; Dense units=3; Dense units=5; Output name=fc2; Output name=fc1", "5, 3")]
    [InlineData("8; Dense units=3; Output name=fc2", "NG1027 at Output.name: Output, fc2")]
    [InlineData("8; Dense units=3; Output name=input", "NG1027 at Output.name: Output, input")]
    [InlineData("8; Dense units=3; Output name=fc1; Output name=fc1", "NG1018 at Output/2.name: Output, 'fc1' is an output already")]
    [InlineData("8; Dense units=0; Output name=fc1; Output name=fc1", "NG1011 at Dense.units: fc1, units, 0")]
    [InlineData("8; Dense units=3; Output; Output name=fc1", "3")]
    [InlineData("8; Dense units=3; Dense units=5 From=input; Output name=fc2", "NG1031 at Dense: fc1")]
    [InlineData("8; Dense units=3; Dense units=5 From=input", "NG1031 at Dense: fc1")]
    [InlineData("8; Dense units=3; Dense units=5; Dense units=7; Output name=fc1", "NG1031 at Dense/3: fc3")]
    [InlineData("8; Dense units=3; Dense units=0 From=input", "NG1011 at Dense/2.units: fc2, units, 0")]
    [InlineData("8; Dense units=3; Output name=fc2.relu1", "NG1027 at Output.name: Output, fc2.relu1")]
    public void Output_IsTheLastLayerOrThoseNamed(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Fact]
    public void Outputs_OfSeveral_AreAVectorOfAll()
    {
        Graph graph = Graph("2×3×4; Conv2D filters=5 kernel=1; Flatten; Dense units=7; Output name=conv1; Output name=fc1");
        Assert.Equal([0, 2], graph.Outputs);
        Assert.Equal(Shape.Vector((5 * 3 * 4) + 7), graph.Output);
        Assert.Equal(Shape.Image(2, 3, 4), graph.Input);
        Assert.Equal("conv1.weight", graph.Layers[0].TensorName("weight"));
        Assert.Equal(new[] { -1, 0, 1 }, graph.Layers.Select(l => l.Source));
        Assert.Equal((12, 24), (graph.Input.Pixels, graph.Input.Length));
        Assert.Equal(15 + (60 * 7) + 7, graph.ParameterCount);
        Assert.Equal((5 * 2 * 12) + (60 * 7), graph.MultiplyAddCount);
    }

    [Theory]
    [InlineData("8; Dense units=3; Dense units=8 From=input; Add names=fc1", "NG1029 at Add.names[0]: add1, fc1, 3, fc2, 8")]
    [InlineData("8; Dense units=3; Dense units=8 From=fc3; Dense units=2", "NG1028 at Dense/2.From: fc2, fc3")]
    [InlineData("8; Dense units=8; Add names=add1", "NG1028 at Add.names[0]: add1, add1")]
    [InlineData("8; Dense units=8; Add names=x,fc2,fc1; Dense units=1", "NG1027 at Add.names[0]: add1, x\nNG1028 at Add.names[1]: add1, fc2")]
    [InlineData("8; Dense units=8; Add names=x From=y", "NG1027 at Add.From: add1, y\nNG1027 at Add.names[0]: add1, x")]
    [InlineData("8; Dense units=8 From=@input", "NG1027 at Dense.From: fc1, @input")]
    [InlineData("8; Dense units=8; Dense units=0 From=x", "NG1027 at Dense/2.From: fc2, x\nNG1011 at Dense/2.units: fc2, units, 0")]
    [InlineData("8; Dense units=8; ReLU From=fc2.x; Dense units=1 Name=fc2", "NG1028 at ReLU.From: relu1, fc2.x")]
    [InlineData("8; Dense units=8; ReLU From=fc2x; Dense units=1 Name=fc2", "NG1027 at ReLU.From: relu1, fc2x")]
    [InlineData("8; Dense units=8; ReLU From=fc1.x", "NG1027 at ReLU.From: relu1, fc1.x")]
    [InlineData("8; Dense units=3; Dense units=8; Add names=x,input,fc1; Dense units=2 InFeatures=5", "NG1027 at Add.names[0]: add1, x")]
    [InlineData("8; Dense units=8; ReLU From=fc; Dense units=1 Name=fc2", "NG1027 at ReLU.From: relu1, fc")]
    [InlineData("8; Dense units=8; ReLU From=a.b; Dense units=1 Name=a.b.c", "NG1027 at ReLU.From: relu1, a.b")]
    [InlineData("8; Dense units=8; ReLU From=a.b.c.d; Dense units=1 Name=a.b", "NG1028 at ReLU.From: relu1, a.b.c.d")]
    [InlineData("8; Dense units=8; ReLU From=1; Dense units=1", "NG1027 at ReLU.From: relu1, ")]
    public void From_NamesALayerAbove(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("8; Dense units=8 Name=a.b-c_1.ö", "8")]
    [InlineData("8; Dense units=8 Name=a..b", "NG1019 at Dense.Name: a..b")]
    [InlineData("8; Dense units=8 Name=a/b", "NG1019 at Dense.Name: a/b")]
    [InlineData("8; Dense units=8 Name=input", "NG1019 at Dense.Name: input")]
    [InlineData("8; Dense units=8 Name=a; Dense units=8 Name=a", "NG1018 at Dense/2.Name: a, another layer already has this name")]
    [InlineData("8; Dense units=8; Dense units=8 Name=fc1", "NG1018 at Dense/2.Name: fc1, the Dense without a Name is called so by its kind and count; give it a Name too, or choose another here")]
    [InlineData("8; Dense units=8 Name=fc1; Dense units=8", "NG1018 at Dense.Name: fc1, the Dense without a Name is called so by its kind and count; give it a Name too, or choose another here")]
    public void Name_IsAPathOfItsOwn(string network, string expected) => Assert.Equal(expected, Outcome(network));

    private const string Unnamed = "a use without a Name is called so by its kind and count; give it a Name too, or choose another here";

    /// <summary>Of two of one name, the one whose class writes it is at fault; a use's repetitions have names too.</summary>
    [Theory]
    [InlineData("8; Use<Pair> arguments=4; Dense units=4 Name=pair1", "NG1018 at Dense.Name: pair1, " + Unnamed)]
    [InlineData("8; Use<Pair> arguments=4 Repeat=2; Dense units=4 Name=pair1.1", "NG1018 at Dense.Name: pair1.1, " + Unnamed)]
    [InlineData("8; Use<Pair> arguments=4 Name=a; Dense units=4 Name=a.fc1", "NG1018 at Dense.Name: a.fc1, the Dense without a Name is called so by its kind and count; give it a Name too, or choose another here")]
    [InlineData("8; Use<Pair> arguments=4; Use<Pair> arguments=4", "4")]
    public void Name_OfAUse_IsAPathToo(string network, string expected) => Assert.Equal(expected, Outcome(network, "Pair: Dense units=Param.A; ReLU"));

    [Fact]
    public void Block_Names_HaveItsPrefix()
    {
        Graph graph = Graph(
            "8; Use<Pair> arguments=8,8; Use<Outer> Repeat=2 Name=layer1; Dense units=1; Use<Pair> arguments=1,1; Dense units=3",
            "Pair: Dense units=Param.A; ReLU Name=act; Dense units=Param.B",
            "Outer: Use<Pair> arguments=8,8 Name=in; Tanh");
        Assert.Equal(
            [
                "pair1.fc1", "pair1.act", "pair1.fc2", "layer1.0.in.fc1", "layer1.0.in.act", "layer1.0.in.fc2", "layer1.0.tanh1", "layer1.1.in.fc1",
                "layer1.1.in.act", "layer1.1.in.fc2", "layer1.1.tanh1", "fc1", "pair2.fc1", "pair2.act", "pair2.fc2", "fc2",
            ],
            graph.Layers.Select(l => l.Name));
        Assert.Equal(Enumerable.Range(-1, 16), graph.Layers.Select(l => l.Source));
    }

    /// <summary>A use, one repetition and a layer within are taken by their paths; within, names are the block's own.</summary>
    [Theory]
    [InlineData("4×3×3; Use<Skip> Repeat=2 Name=a; Add names=a.0,a.1,a,a.0.conv1", "add1 conv1 add1 conv1 add1")]
    [InlineData("4×3×3; Use<Skip>; Concat names=skip1,skip1.conv1", "conv1 add1 concat1")]
    public void Block_Results_AreTakenByTheirPaths(string network, string names)
    {
        Graph graph = Graph(network, "Skip: Conv2D filters=4 kernel=1; Add names=@input");
        Assert.Equal(
            names.Split(' ').Order(StringComparer.Ordinal), graph.Layers.Select(l => l.Name.Split('.').Last()).Order(StringComparer.Ordinal));
        Layer last = graph.Layers.Last();
        Assert.Equal(graph.Layers.Count == 5 ? [1, 3, 3, 0] : new[] { 1, 0 }, last.Sources);
        Assert.Equal([0, -1], graph.Layers[1].Sources);
        if (graph.Layers.Count == 5)
        {
            Assert.Equal([2, 1], graph.Layers[3].Sources);
        }
    }

    [Theory]
    [InlineData("8; Dense units=8; Use<B> From=input; Add names=fc1", "8", "B: Dense units=8")]
    [InlineData("8; Use<B> From=x; Dense units=0", "NG1027 at Use.From: b1, x\nNG1011 at Dense.units: fc1, units, 0", "B: Dense units=8")]
    [InlineData("8; Use<B> From=fc1; Dense units=1", "NG1028 at Use.From: b1, fc1", "B: ReLU")]
    [InlineData("8; Use<B>; ReLU From=conv1", "NG1027 at ReLU.From: relu1, conv1", "B: Dense units=8 Name=conv1")]
    [InlineData("8; Dense units=8; Use<B>", "NG1027 at B:ReLU.From: b1.relu1, fc1", "B: ReLU From=fc1")]
    [InlineData("8; Use<B>", "NG1028 at B:ReLU.From: b1.relu1, fc1", "B: ReLU From=fc1; Dense units=1")]
    [InlineData("8; Use<B>; ReLU", "8", "B: ReLU From=@input; Add names=@input")]
    [InlineData("8; Use<B>", "NG1032 at B:Use: b1.b1, B", "B: ReLU; Use<B>")]
    [InlineData("8; Use<B>", "NG1032 at C:Use: b1.c1.b1, B", "B: Use<C>", "C: Use<B>")]
    [InlineData("8; Use<B>", "8", "B: Use<C>; Use<C>", "C: ReLU")]
    [InlineData("8; Use<B> Repeat=0", "NG1011 at Use.Repeat: b1, Repeat, 0", "B: ReLU")]
    [InlineData("8; Use<B>", "NG1036 at B:Input: B, Input", "B: 8; ReLU")]
    [InlineData("8; Use<B>", "NG1036 at B:Output: B, Output", "B: ReLU; Output name=relu1")]
    [InlineData("8; Use<B> Repeat=3", "NG1011 at B:Dense.units: b1.0.fc1, units, 0", "B: Dense units=0")]
    public void Block_IsPlacedWhereItIsUsed(string network, string expected, params string[] blocks) => Assert.Equal(expected, Outcome(network, blocks));

    /// <summary>Param.A to Param.H stand for the use's numbers, in their order.</summary>
    [Theory]
    [InlineData("8; Use<B> arguments=3,5,1,1,1,1,1,7", "7", "B: Dense units=Param.B; Dense units=Param.A; Dense units=Param.C; Dense units=Param.D; Dense units=Param.E; Dense units=Param.F; Dense units=Param.G; Dense units=Param.H")]
    [InlineData("4×9×9; Use<B> arguments=5", "5×7×7", "B: Conv2D kernel=3 filters=Param.A")]
    [InlineData("8; Use<B> arguments=3", "NG1034 at Use.arguments[0]: b1, B, Param.A", "B: ReLU")]
    [InlineData("8; Use<B> arguments=3,4,5", "NG1034 at Use.arguments[0]: b1, B, Param.A\nNG1034 at Use.arguments[2]: b1, B, Param.C", "B: Dense units=Param.B")]
    [InlineData("8; Use<B> arguments=3,4 Repeat=2", "NG1034 at Use.arguments[1]: b1, B, Param.B", "B: Dense units=Param.A")]
    [InlineData("8; Use<B>", "NG1033 at B:Dense.units: b1.fc1, Param.A, b1, no numbers", "B: Dense units=Param.A")]
    [InlineData("8; Use<B> arguments=3", "NG1033 at B:Dense/2.units: b1.fc2, Param.B, b1, only Param.A", "B: Dense units=Param.A; Dense units=Param.B")]
    [InlineData("8; Use<B> arguments=3,4,5", "NG1033 at B:Dense.units: b1.fc1, Param.D, b1, only Param.A to Param.C", "B: Dense units=Param.D; Add names=fc1")]
    [InlineData("8; Dense units=Param.H", "NG1033 at Dense.units: fc1, Param.H, , none: only a block has parameters", "B: ReLU")]
    [InlineData("8; Use<B> arguments=3,0", "NG1011 at B:Dense/2.units: b1.fc2, units, 0", "B: Dense units=Param.A; Dense units=Param.B")]
    [InlineData("8; Use<B> arguments=3,2", "3", "B: Use<C> arguments=Param.A Repeat=Param.B", "C: Dense units=Param.A")]
    [InlineData("8; Use<B> arguments=3; Dense units=0", "NG1011 at Dense.units: fc1, units, 0", "B: Dense units=Param.A")]
    public void Param_StandsForTheUsesNumber(string network, string expected, params string[] blocks) =>
        Assert.Equal(expected, Outcome(network, blocks));

    /// <summary>Numbers near those that stand for parameters are numbers.</summary>
    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(int.MinValue + 1)]
    [InlineData(int.MinValue + 1_000_000)]
    [InlineData(int.MinValue + 1_000_002)]
    [InlineData(int.MinValue + 9_000_001)]
    [InlineData(-1)]
    public void Param_NumbersBesideIt_AreNumbers(int value) =>
        Assert.Equal($"NG1011 at Dense.units: fc1, units, {value}", Outcome($"8; Dense units={value}"));

    [Theory]
    [InlineData("8; Use<B>", "NG1037 at Use: b1, B")]
    [InlineData("8; Use<B>; Dense units=0", "NG1037 at Use: b1, B\nNG1011 at Dense.units: fc1, units, 0")]
    public void Block_IsNone_IsSaidAtTheUse(string network, string expected)
    {
        NetworkSyntax syntax = Parse(network, "B: ReLU");
        Assert.Equal(expected, Outcome(syntax with { Blocks = [syntax.Blocks[0] with { IsBlock = false }] }));
        Assert.Equal(expected, Outcome(syntax with { Blocks = [syntax.Blocks[0] with { Layers = [] }] }));
    }

    /// <summary>A block whose class has no name in a path's letters, such as an array, is called by the attribute.</summary>
    [Fact]
    public void Use_OfAClassWithoutAPathsName_IsCalledUse()
    {
        NetworkSyntax syntax = Parse("8; Use<B>", "B: ReLU");
        GraphResult result = GraphBuilder.Build(syntax with { Blocks = [syntax.Blocks[0] with { Name = "B[]" }] });
        Assert.Equal(["use1.relu1"], result.LayerNames);
    }

    /// <summary>What the compiler itself complains about makes the network invalid without a word of ours.</summary>
    [Fact]
    public void Broken_AnAttributeThatTheCompilerRefuses_SaysNothing()
    {
        Assert.Equal("broken", Outcome("8; NoSuchLayer"));
        Assert.Equal("broken", Outcome("8; Use<C>; ReLU", "B: ReLU"));
        Assert.Equal("broken", Outcome("8; Use; ReLU"));
        Assert.Equal("broken", Outcome("8; ReLU; Use<C>", "B: ReLU"));
        foreach (string network in new[] { "8; Dense units=2", "8; Dense units=0", "8; Add", "8; Use<B>", "8; Less names=input,input,input", "8; Use<B> arguments=3" })
        {
            NetworkSyntax syntax = Parse(network, "B: ReLU");
            LayerSyntax[] layers = [.. syntax.Layers];
            Assert.Equal("broken", Outcome(syntax with { Layers = [layers[0], layers[1] with { IsBroken = true }, .. Parse("8; ReLU").Layers.Skip(1)] }));
        }

        NetworkSyntax whole = Parse("8; ReLU; Output name=relu1", "B: ReLU");
        LayerSyntax[] parts = [.. whole.Layers];
        Assert.Equal("broken", Outcome(whole with { Layers = [parts[0] with { IsBroken = true }, parts[1], parts[2]] }));
        Assert.Equal("broken", Outcome(whole with { Layers = [parts[0], parts[1], parts[2] with { IsBroken = true }] }));
        Assert.Equal("broken", Outcome(whole with { Class = whole.Class with { IsBroken = true } }));

        LayerSyntax refused = parts[1] with { IsBroken = true };
        Assert.Equal("broken", Outcome(whole with { Layers = [parts[0], refused, refused with { Kind = "Tanh" }] }));

        // A use's numbers may be used by what could not be read.
        NetworkSyntax unread = Parse("8; Use<B> arguments=3", "B: ReLU");
        Assert.Equal("broken", Outcome(unread with { Layers = [unread.Layers[0] with { IsBroken = true }, unread.Layers[1]] }));
        NetworkSyntax use = Parse("8; NoSuchLayer; Use<B> arguments=3", "B: ReLU");
        Assert.Equal("broken", Outcome(use));
    }

    [Fact]
    public void Class_Problems_AreSaidFirst()
    {
        NetworkSyntax syntax = Parse("8; Dense units=0");
        syntax = syntax with { Class = syntax.Class with { Problems = [new ClassProblem(ProblemIds.ContainerNotPartial, "Outer", new SourceSpan("Net", 1, 0))] } };
        Assert.Equal("NG1024 at Net: Net, Outer\nNG1011 at Dense.units: fc1, units, 0", Outcome(syntax));
    }

    [Fact]
    public void Options_ThatAreNone_AreSaidAtTheirArguments()
    {
        SourceSpan span = new("here", 1, 1);
        foreach ((NetworkOptions options, string? expected) in new (NetworkOptions, string?)[]
        {
            (new(Simd: SimdTiers.None, SimdSpan: span), "Simd, 0, a combination of tiers"),
            (new(Simd: (SimdTiers)8, SimdSpan: span), "Simd, 8, a combination of tiers"),
            (new(Simd: (SimdTiers)9, SimdSpan: span), "Simd, 9, a combination of tiers"),
            (new(Simd: SimdTiers.Vector128), null),
            (new(Simd: SimdTiers.Vector512 | SimdTiers.Vector256), null),
            (new(Storage: (WeightStorage)(-1), StorageSpan: span), "WeightStorage, -1, Float32, BFloat16 or Int8"),
            (new(Storage: (WeightStorage)3, StorageSpan: span), "WeightStorage, 3, Float32, BFloat16 or Int8"),
            (new(Storage: WeightStorage.BFloat16), null),
            (new(Storage: WeightStorage.Int8), null),
            (new(Precision: (Precision)(-1), PrecisionSpan: span), "Precision, -1, Float32 or Int8"),
            (new(Precision: (Precision)2, PrecisionSpan: span), "Precision, 2, Float32 or Int8"),
            (new(Precision: Precision.Int8), null),
        })
        {
            Assert.Equal(expected is null ? "8" : "NG1020 at here: Net, " + expected, Outcome(Parse("8; ReLU") with { Options = options }));
        }
    }

    /// <summary>At most 4096 layers and uses; it is the network's own line that has to change.</summary>
    [Theory]
    [InlineData("8; Use<B> Repeat=4095", "8", "B: ReLU")]
    [InlineData("8; Use<B> Repeat=4096", "NG1038 at Use.Repeat: b1, 4096 layers and uses of blocks", "B: ReLU")]
    [InlineData("8; Use<B> Repeat=4094; ReLU", "8", "B: ReLU")]
    [InlineData("8; Use<B> Repeat=4095; ReLU; Tanh", "NG1038 at ReLU: relu1, 4096 layers and uses of blocks", "B: ReLU")]
    [InlineData("8; Use<B> arguments=3 Repeat=5000", "NG1038 at Use.Repeat: b1, 4096 layers and uses of blocks", "B: ReLU; Dense units=Param.A")]
    [InlineData("8; Use<B> Repeat=5000; Tanh; Output name=tanh1", "NG1038 at Use.Repeat: b1, 4096 layers and uses of blocks", "B: ReLU")]
    [InlineData("8; ReLU; Use<B>", "NG1038 at Use: b1, 4096 layers and uses of blocks", "B: Use<C> Repeat=2147483647", "C: Use<D> Repeat=2147483647", "D: ReLU")]
    public void Layers_AreAtMost4096(string network, string expected, params string[] blocks)
    {
        Assert.Equal(expected, Outcome(network, blocks));
        GraphResult result = GraphBuilder.Build(Parse(network, blocks));
        Assert.Equal(result.Graph is null, result.LayerNames.Count == 0);
        Assert.True(result.LayerSpans.Count <= 4096);
    }

    [Fact]
    public void Blocks_NestAtMost64Deep()
    {
        Assert.Equal("8", Outcome("8; Use<B0>", Nested(64)));
        string innermost = string.Join('.', Enumerable.Range(0, 65).Select(i => $"b{i}1"));
        Assert.Equal($"NG1038 at B63:Use: {innermost}, 64 blocks within one another", Outcome("8; Use<B0>", Nested(65)));

        static string[] Nested(int depth) => [.. Enumerable.Range(0, depth).Select(i => $"B{i}: " + (i == depth - 1 ? "ReLU" : $"Use<B{i + 1}>"))];
    }

    /// <summary>A block of a library has no places in this source: its problems are said at the use.</summary>
    [Theory]
    [InlineData("Dense units=0", "NG1011 at Use: b1.fc1, units, 0")]
    [InlineData("ReLU From=x", "NG1027 at Use: b1.relu1, x")]
    [InlineData("Add", "NG1035 at Use: b1.add1, Add, at least one")]
    [InlineData("Conv2D kernel=3", "NG1017 at Use: b1.conv1, Conv2D, input, 8")]
    [InlineData("Output name=relu1", "NG1036 at Use: B, Output")]
    [InlineData("ReLU Name=a/b", "NG1019 at Use: b1.a/b")]
    [InlineData("ReLU Name=a; Tanh Name=a", "NG1018 at Use: b1.a, another layer already has this name")]
    [InlineData("ReLU; Tanh From=@input", "NG1031 at Use: b1.relu1")]
    [InlineData("Dense units=Param.A", "NG1033 at Use: b1.fc1, Param.A, b1, no numbers")]
    [InlineData("Use<B>", "NG1032 at Use: b1.b1, B")]
    [InlineData("Use<C> Repeat=0", "NG1011 at Use: b1.c1, Repeat, 0")]
    [InlineData("Dense units=9; Add names=@input", "NG1029 at Use: b1.add1, input, 8, b1.fc1, 9")]
    public void Block_HasNoPlaces_IsSaidAtTheUse(string layers, string expected)
    {
        NetworkSyntax syntax = Parse("8; Use<B>", "B: " + layers, "C: ReLU");
        BlockSyntax block = syntax.Blocks[0];
        LayerSyntax[] without =
        [
            .. block.Layers.Select(l => l with { Span = default, Arguments = l.Arguments.Select(a => a with { Span = default }).ToEquatableArray() }),
        ];
        Assert.Equal(expected, Outcome(syntax with { Blocks = [block with { Layers = without.ToEquatableArray() }, syntax.Blocks[1]] }));
    }

    /// <summary>Without any place, as the generator sees it, one problem is said of each layer.</summary>
    [Fact]
    public void Problems_OfSeveralLayers_AreSaidOfEach()
    {
        GraphResult result = Networks.Build(Networks.Vector(8), Networks.Dense(0), Networks.Dense(0));
        Assert.Equal(["fc1", "fc2"], result.Problems.Select(p => p.Arguments[0]));
    }

    [Fact]
    public void LayerSpans_AreThoseOfTheLayers_OrOfTheUse()
    {
        GraphResult result = GraphBuilder.Build(Parse("8; ReLU; Use<B>; ReLU", "B: Tanh; Abs"));
        Assert.Equal(["ReLU", "B:Tanh", "B:Abs", "ReLU/2"], result.LayerSpans.Select(s => s.Path));
    }

    [Fact]
    public void Options_OfTheGraph_HaveNoPlaces()
    {
        var options = new NetworkOptions(SimdTiers.Vector256, new SourceSpan("a", 1, 1), false, WeightStorage.Int8, new SourceSpan("b", 1, 1));
        Assert.Equal(
            new NetworkOptions(SimdTiers.Vector256, default, false, WeightStorage.Int8), GraphBuilder.Build(Parse("8; ReLU") with { Options = options }).Graph?.Options);
    }
}
