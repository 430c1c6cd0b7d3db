using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using NetGen.Generator.Tests.Harness;
using Xunit;

namespace NetGen.Generator.Tests.Emission;

/// <summary>What is generated for a few small networks, line by line; each run also passes the harness's checks.</summary>
public sealed class EmissionTests
{
    [Fact]
    public void LeNetWithBatchNorm() => Snapshot.Verify(GeneratorHarness.Run("""
        using NetGen;

        namespace Vision;

        [Network]
        [Input(1, 28, 28)]
        [Conv2D(6, 5, Padding = 2, Bias = false)] [BatchNorm2D] [ReLU] [MaxPool2D(2)]
        [Conv2D(16, 5)] [BatchNorm2D] [ReLU] [MaxPool2D(2)]
        [Flatten]
        [Dense(120)] [ReLU]
        [Dense(84)] [ReLU]
        [Dense(10, Name = "logits")]
        public sealed partial class LeNet;
        """));

    [Fact]
    public void MultiLayerPerceptron() => Snapshot.Verify(GeneratorHarness.Run("""
        using NetGen;

        [Network(Simd = SimdTiers.Vector256)]
        [Input(28)]
        [Dense(32)] [Tanh]
        [Dense(10)] [Softmax]
        public sealed partial class Mlp;
        """));

    [Fact]
    public void Integers() => Snapshot.Verify(GeneratorHarness.Run("""
        using NetGen;

        [Network(Simd = SimdTiers.Vector256, Precision = Precision.Int8, Winograd = false)]
        [Input(8, 5, 5)]
        [Conv2D(12, 3, Padding = 1, Name = "first")] [ReLU]
        [Conv2D(12, 1)] [Add("first")] [ReLU]
        [Flatten]
        [Dense(10)]
        public sealed partial class Quantized;
        """));

    [Fact]
    public void NestedClass() => Snapshot.Verify(GeneratorHarness.Run("""
        using NetGen;

        namespace Company.@namespace
        {
            internal partial record struct Outer<T>
            {
                internal static partial class Middle
                {
                    [Network(Simd = SimdTiers.Vector128)]
                    [Input(3, 9, 7)]
                    [ZeroPad2D(1, 0, 2, 0)] [DepthwiseConv2D(3, Multiplier = 2)] [HardSwish]
                    [AvgPool2D(2, Padding = 1, CountIncludePad = false)] [LeakyReLU(0.1)]
                    [Conv2D(5, 1)] [PReLU(PerChannel = true)]
                    [MaxPool2D(3, Stride = 2, CeilMode = true)] [LocalResponseNorm(3)]
                    [GlobalAvgPool2D] [LogSoftmax]
                    internal sealed partial class @class;
                }
            }
        }
        """));

    [Fact]
    public void InvalidNetwork() => Snapshot.Verify(GeneratorHarness.Run("""
        using NetGen;

        [Network]
        [Input(3, 32, 32)]
        [Conv2D(16, 3, InChannels = 4)]
        [Flatten]
        [Dense(10, Name = "head.logits")]
        public sealed partial class Broken;
        """));

    [Fact]
    public void NoClassGetsAPartThatCannotHaveOne() => Assert.Empty(GeneratorHarness.Run("""
        using NetGen;

        [Network]
        [Input(4)]
        [Dense(2)]
        internal sealed class NotPartial;
        """));

    [Fact]
    public void NetworksOfOneNameInSeveralPlacesDoNotCollide()
    {
        const string network = "[Network(Simd = SimdTiers.Vector128)] [Input(4)] [Dense(2)] internal sealed partial class Net;\n";
        IReadOnlyDictionary<string, string> files = GeneratorHarness.Run(
            "using NetGen;\n" + network + "namespace A { " + network + " namespace B { " + network + " } internal partial class C { "
            + network + " } internal partial struct D<T> { " + network + " } }");
        Assert.Equal(5, Surfaces(files));
    }

    [Fact]
    public void NamesThatAreAlmostOneDoNotCollide()
    {
        const string network = "[Network(Simd = SimdTiers.Vector128)] [Input(4)] [Dense(2)] internal sealed partial class ";
        IReadOnlyDictionary<string, string> files = GeneratorHarness.Run(
            "using NetGen;\n" + network + "Net;\n" + network + "NET;\n" + network + "A__Net;\n" + network + "A_u_uNet;\n" + network + "A_1__Net;\n"
            + "internal partial class A { " + network + "Net; }\ninternal partial class A<T> { " + network + "Net; }\n"
            + "internal partial class A<T, U> { " + network + "Net; }\ninternal partial class B<T, U> { " + network + "Net; }\n");
        Assert.Equal(9, Surfaces(files));
    }

    private static int Surfaces(IReadOnlyDictionary<string, string> files) =>
        files.Keys.Count(f => !f.Contains(".Vector", StringComparison.Ordinal) && !f.Contains(".Observed", StringComparison.Ordinal));

    [Fact]
    public void AnyTypeCanBeAroundANetwork() => GeneratorHarness.Run("""
        using NetGen;

        namespace @required.var
        {
            internal readonly ref partial struct @class<@in>
                where @in : struct
            {
                internal partial interface IInner<T>
                {
                    internal partial record @required
                    {
                        [Network(Simd = SimdTiers.Vector128)]
                        [Input(4)]
                        [Dense(2)]
                        internal sealed partial class @file;
                    }
                }
            }
        }
        """);

    [Fact]
    public void TypesOfTheUsersHideNothing() => GeneratorHarness.Run("""
        using NetGen;

        namespace Hidden
        {
            namespace System { internal sealed class Span; }
            internal sealed class Vector128;
            internal sealed class Unsafe;
            internal sealed class Math;
            internal sealed class AlignedMemory;
            internal sealed class @var;

            [Network]
            [Input(2, 8, 8)]
            [Conv2D(5, 3, Padding = 1)] [Sigmoid] [MaxPool2D(2)] [Flatten] [Dense(3)] [Softmax]
            internal sealed partial class Net;
        }

        internal sealed class @var;
        internal sealed class WeightPacker;
        """);

    [Fact]
    public void LayersNamedLikeMembersCompile() => GeneratorHarness.Run("""
        using NetGen;

        [Network]
        [Input(4)]
        [Dense(2, Name = "layers")] [Dense(2, Name = "name")] [Dense(2, Name = "equals")] [Dense(2, Name = "0.weight")]
        [Dense(2, Name = "a.b")] [Dense(2, Name = "a_b")] [Dense(2, Name = "a-b")] [Dense(2, Name = "class")] [Dense(2, Name = "größe")]
        internal sealed partial class Net;
        """);

    [Theory]
    [InlineData("public sealed partial class Net;")]
    [InlineData("internal partial class Net { public int Answer => 42; }")]
    [InlineData("internal sealed partial record Net;")]
    [InlineData("internal sealed partial class Net : System.IDisposable { public void Dispose() { } }")]
    public void AnyClassCanBeANetwork(string declaration) =>
        GeneratorHarness.Run("using NetGen;\n[Network] [Input(3, 4, 5)] [Conv2D(2, 3)] [ReLU]\n" + declaration);

    /// <summary>Equal layers are written once, whatever they are called, and each kernel names all that use it.</summary>
    [Fact]
    public void EqualLayersShareTheirKernels()
    {
        string code = GeneratorHarness.Run("""
            using NetGen;

            [Network(Simd = SimdTiers.Vector128)]
            [Input(32, 16, 16)]
            [Conv2D(32, 3, Padding = 1, Name = "a")] [ReLU(Name = "r")]
            [Conv2D(32, 3, Padding = 1, Name = "b")] [ReLU(Name = "s")]
            [Conv2D(32, 3, Padding = 1, Name = "c")] [ReLU(Name = "t")]
            [Conv2D(8, 1, Name = "d")]
            internal sealed partial class Net;
            """)["Net.Vector128.g.cs"];
        Assert.Equal(2, Count("static void Winograd4x3_"));
        Assert.Equal(1, Count("static void WinogradInput"));
        Assert.Equal(1, Count("static void Product"));
        Assert.Equal(1, Count("/// <summary>a, r; b, s: 32×18×18"));
        Assert.Equal(1, Count("/// <summary>a, r; b, s; c, t: 16 tiles"));

        int Count(string part) => code.Split(part).Length - 1;
    }

    /// <summary>Large sources make a compiler slow, and an editor that shows them.</summary>
    [Fact]
    public void ABigNetworksSourceStaysSmall()
    {
        using var reader = new StreamReader(typeof(EmissionTests).Assembly.GetManifestResourceStream("ResNet.cs")!);
        GeneratorDriver driver = GeneratorHarness.CreateDriver(new NetworkGenerator()).RunGenerators(Compilations.Create(reader.ReadToEnd()));
        int[] files = [.. driver.GetRunResult().Results.Single().GeneratedSources
            .Where(f => f.HintName.StartsWith("Zoo.ResNet50.", StringComparison.Ordinal))
            .Select(f => Encoding.UTF8.GetByteCount(f.SourceText.ToString()))];
        Assert.Equal(5, files.Length);
        Assert.InRange(files.Sum(), 0, 2_200_000);
    }

    [Fact]
    public void TheConstantsAreConstants()
    {
        Compilation compilation = GeneratorHarness.Compile("""
            using NetGen;

            [Network]
            [Input(1, 28, 28)]
            [Conv2D(6, 5, Padding = 2)] [ReLU] [MaxPool2D(2)]
            [Conv2D(16, 5)] [ReLU] [MaxPool2D(2)]
            [Flatten] [Dense(120)] [ReLU] [Dense(84)] [ReLU] [Dense(10)]
            internal sealed partial class LeNet;
            """);
        INamedTypeSymbol type = compilation.GetTypeByMetadataName("LeNet")!;
        Assert.Equal(784, Constant("InputLength"));
        Assert.Equal(10, Constant("OutputLength"));
        Assert.Equal(61706L, Constant("ParameterCount"));
        Assert.Equal(416520L, Constant("MultiplyAddCount"));
        INamedTypeSymbol layer = type.GetTypeMembers("Layers").Single().GetTypeMembers("Conv2").Single();
        Assert.Equal("conv2", ((IFieldSymbol)layer.GetMembers("Name").Single()).ConstantValue);
        Assert.Equal(2416L, ((IFieldSymbol)layer.GetMembers("ParameterCount").Single()).ConstantValue);
        Assert.Equal(2400L, ((IFieldSymbol)layer.GetMembers("WeightCount").Single()).ConstantValue);

        object? Constant(string name) => ((IFieldSymbol)type.GetMembers(name).Single()).ConstantValue;
    }

    /// <summary>A cache of packed weights is told from others by these names; what differs in values alone has the same length.</summary>
    [Fact]
    public void WhatIsPackedOtherwiseIsNamedOtherwise()
    {
        string name = Packing("Vector128", "Net", "[BatchNorm2D]");
        Assert.Equal(name, Packing("Vector128", "Other", "[BatchNorm2D]"));
        Assert.NotEqual(name, Packing("Vector128", "Net", "[BatchNorm2D(Epsilon = 1e-3)]"));
        Assert.NotEqual(name, Packing("Vector256", "Net", "[BatchNorm2D]"));

        static string Packing(string tier, string network, string layers)
        {
            string source = $"using NetGen;\n[Network(Simd = SimdTiers.{tier})] [Input(3, 8, 8)] [Conv2D(16, 1)] {layers} [GlobalAvgPool2D] internal sealed partial class {network};";
            string engine = GeneratorHarness.Run(source)[$"{network}.{tier}.g.cs"];
            Match match = Regex.Match(engine, "cache\\.GetOrPack\\(weights, \"([^\"]+)\", 64, Pack\\)");
            Assert.True(match.Success);
            return match.Groups[1].Value;
        }
    }

    [Fact]
    public void AGoldenFileGivesASelfTest() => Assert.Contains(
        """
            public global::NetGen.SelfTestResult SelfTest(double bound = 1e-4)
            {
                return global::NetGen.Runtime.GoldenTest.Run(this, "lenet.golden.safetensors", bound);
            }

        """.ReplaceLineEndings("\n"),
        GeneratorHarness.Run("using NetGen;\n[Network] [Golden(\"lenet.golden.safetensors\")] [Input(4)] [Dense(2)] internal sealed partial class Net;")["Net.g.cs"],
        StringComparison.Ordinal);

    /// <summary>A class of the name of a member would not compile, and the analyzer has to know all of those.</summary>
    [Fact]
    public void NoClassIsNamedAsItsMembers()
    {
        const string network = "[Network] [Golden(\"a.safetensors\")] [Input(4)] [Dense(2)] internal sealed partial class ";
        INamedTypeSymbol type = GeneratorHarness.Compile("using NetGen;\n" + network + "Net;").GetTypeByMetadataName("Net")!;
        Assert.All(type.GetMembers().Where(m => m.CanBeReferencedByName && !m.IsImplicitlyDeclared).Select(m => m.Name).Distinct(), name =>
            Assert.Empty(GeneratorHarness.Run($"#pragma warning disable CS8981 // Lower-case names\nusing NetGen;\n{network}{name};")));
    }
}
