using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Harness;
using Xunit;

namespace NetGen.Generator.Tests.Emission;

/// <summary>
/// Whatever a network's class looks like, and whatever stands around it, it compiles, or there is an error of ours at the place: never
/// one of the compiler's in a file that nobody wrote.
/// </summary>
public sealed class UserClassTests
{
    private const string Attributes = "[Network(Simd = SimdTiers.Vector128)] [Input(4)] [Dense(2)] ";
    private const string Integers = "[Network(Simd = SimdTiers.Vector128, Precision = Precision.Int8)] [Input(4)] [Dense(2)] ";
    private const string TwoOutputs = "[Network(Simd = SimdTiers.Vector128)] [Input(4)] [Dense(2)] [Dense(2)] [Output(\"fc1\")] [Output(\"fc2\")] ";

    /// <summary>Attributes and class, and the id of the error, if one is due.</summary>
    public static TheoryData<string, string?> Classes => new()
    {
        // Constructors.
        { Attributes + "partial class Net { public Net() { } }", "NG1050" },
        { Attributes + "partial class Net { private Net(string s) { } }", "NG1050" },
        { Attributes + "partial class Net { public Net(string s) : this(global::NetGen.Safetensors.Open(s), null) { } }", "NG1050" },
        { Attributes + "partial class Net(int a) { public int A => a; }", "NG1050" },
        { Attributes + "partial record Net(int A);", "NG1050" },
        { Attributes + "partial record class Net { protected Net(Net other) { } }", "NG1050" },
        { Attributes + "partial class Net { static Net() { } }", null },
        { Attributes + "partial class Net { ~Net() { } }", null },
        { Attributes + "partial class Net { public required int A { get; init; } }", "NG1050" },

        // Members.
        { Attributes + "partial class Net { public string Info => \"\"; }", "NG1060" },
        { Attributes + "partial class Net { public const int InputLength = 3; }", "NG1060" },
        { Attributes + "partial class Net { public float[] Weights = []; }", "NG1060" },
        { Attributes + "partial class Net { public event global::System.Action? Save { add { } remove { } } }", "NG1060" },
        { Attributes + "partial class Net { public enum Layers { A } }", "NG1060" },
        { Attributes + "partial class Net { public class Layers<T>; }", null },
        { Attributes + "partial class Net { public static Net Load(string path) => null!; }", "NG1060" },
        { Attributes + "partial class Net { public static Net Load(string path, int seed) => Random(seed); }", null },
        { Attributes + "partial class Net { public static Net Load(object weights) => null!; public static T Load<T>(T weights) => weights; }", null },
        { Attributes + "partial class Net { public void Forward(global::System.Span<float> x, float[] y) { } public void Forward(global::System.ReadOnlySpan<float> x, float[] y) { } }", null },
        { Attributes + "partial class Net { public void Forward(global::System.ReadOnlySpan<float> input, global::System.Span<float> output) { } }", "NG1060" },
        { Attributes + "partial class Net { public partial float[] Forward(global::System.ReadOnlySpan<float> x); public partial float[] Forward(global::System.ReadOnlySpan<float> x) => []; }", "NG1060" },
        { TwoOutputs + "partial class Net { public void Forward(global::System.ReadOnlySpan<float> x, global::System.Span<float> a, global::System.Span<float> b) { } }", "NG1060" },
        { TwoOutputs + "partial class Net { private static string nameof(object x) => \"\"; private static int Fc1Output; public static int Of() => Fc1Output++; }", null },
        { Attributes + "partial class Net { private int info, engine, observed, batched; public int Sum => info++ + engine++ + observed++ + batched++; }", null },
        { Attributes + "partial class Net { private static int CreateInfo() => 1; private static int CreateWeightSpecs() => CreateInfo(); public static int A => CreateWeightSpecs(); }", null },
        { Attributes + "partial class Net { private static int __netGenEngine; public static int A => __netGenEngine++; }", "NG1060" },
        { Attributes + "partial class Net { public static Net Calibrate(global::NetGen.IWeightSource weights, global::System.ReadOnlySpan<float> samples) => null!; }", null },
        { Integers + "partial class Net { public static Net Calibrate(global::NetGen.IWeightSource weights, global::System.ReadOnlySpan<float> samples) => null!; }", "NG1060" },
        { Integers + "partial class Net { public static Net Calibrate(global::NetGen.Runtime.RandomWeights weights, float[] samples) => null!; }", null },
        { Attributes + "partial class Net { public string get_Info() => \"\"; }", "NG1060" },
        { Attributes + "partial class Net { private class Net; }", "NG1060" },
        { Attributes + "partial class Net { public static int Create => 1; public static int SelfTest => 1; }", null },
        { Attributes + "partial class Net { private static class System; private static class NetGen; private static class Span; public static int Of() => 1; }", null },
        { Attributes + "partial class Net { public override string ToString() => \"\"; public override int GetHashCode() => 1; public override bool Equals(object? other) => false; }", null },
        { Attributes + "partial class Net : I { string I.Info => \"\"; float[] I.Forward(global::System.ReadOnlySpan<float> x) => Forward(x); } interface I { string Info { get; } float[] Forward(global::System.ReadOnlySpan<float> x); }", null },
        { Attributes + "partial class Net : I; interface I { float[] Forward(global::System.ReadOnlySpan<float> x); void Save(string path); }", null },

        // Base classes.
        { Attributes + "partial class Net : B; class B { public string Info = \"\"; }", "NG1061" },
        { Attributes + "partial class Net : B; abstract class B { public abstract void Forward(global::System.ReadOnlySpan<float> x, global::System.Span<float> y); }", "NG1061" },
        { Attributes + "partial class Net : B; class B { public static void Load(string path) { } }", "NG1061" },
        { Attributes + "partial class Net : B; class B { protected class Layers; }", "NG1061" },
        { Attributes + "partial class Net : B<int>; class B<T> : A; class A { internal virtual global::NetGen.IWeightSource? Weights => null; }", "NG1061" },
        { Attributes + "partial class Net : B; class B { public class Net; }", "NG1061" },
        { Attributes + "partial class Net : B; class B { public class Net<T>; public int A => 1; }", null },
        { Attributes + "partial class Net : B; class B { private int Info = 1; public int A => Info; public void Forward(float[] x) { } public static int Create() => 1; }", null },
        { Attributes + "partial class Net : B; class B { public B(int a) { } }", "" },
        { Attributes + "partial class Net : B; sealed class B;", "" },
        { Attributes + "partial class Net : Base; " + Attributes + "partial class Base;", "" },

        // The class's own name.
        { Attributes + "partial class Calibrate;", "NG1049" },
        { Attributes + "partial class Forward;", "NG1049" },
        { Attributes + "partial class Layers;", "NG1049" },
        { Attributes + "partial class Weights;", "NG1049" },
        { Attributes + "partial class Info;", "NG1049" },
        { Attributes + "partial class Load;", "NG1049" },
        { Attributes + "partial class __netGenEngine;", "NG1049" },
        { Attributes + "partial class System;", "NG1062" },
        { "namespace My { " + Attributes + "partial class System; }", null },
        { "namespace My { " + Attributes + "partial class Unsafe; }", null },
        { "namespace My { " + Attributes + "partial class Vector256; }", null },
        { "namespace My.System { " + Attributes + "partial class MemoryMarshal; }", null },
        { Attributes + "partial class Unsafe;", null },
        { Attributes + "partial class MethodImpl;", null },
        { Attributes + "partial class @class;", null },
        { Attributes + "partial class Größe;", null },
        { Attributes + "partial class engine { private int input; public int A => input++; }", null },
        { "[global::NetGen.Network(Simd = global::NetGen.SimdTiers.Vector128)] [global::NetGen.Input(4)] [global::NetGen.Dense(2)] partial class Net;", null },

        // Its kind.
        { Attributes + "partial record class Net;", null },
        { Attributes + "sealed partial record Net { public int A { get; init; } }", null },
        { Attributes + "partial struct Net;", "" },
        { Attributes + "ref partial struct Net;", "" },
        { Attributes + "partial record struct Net;", "" },
        { Attributes + "partial interface Net;", "" },
        { Attributes + "static partial class Net;", "NG1003" },
        { Attributes + "abstract partial class Net;", "NG1004" },
        { Attributes + "partial class Net<T>;", "NG1002" },
        { Attributes + "file partial class Net;", "NG1025" },
        { "[global::System.Obsolete(\"\", true)] " + Attributes + "partial class Net;", null },

        // What is around it.
        { "partial class Outer { " + Attributes + "private partial class Net; }", null },
        { "class Outer { " + Attributes + "partial class Net; }", "NG1024" },
        { "partial class Outer<T> where T : struct { " + Attributes + "private protected sealed partial class Net; class System; class NetGen; }", null },
        { "partial interface IOuter<T> { " + Attributes + "sealed partial class Net; }", null },
        { "readonly ref partial struct Outer<T> where T : struct { " + Attributes + "sealed partial class Net; }", null },
        { "partial record struct Outer { " + Attributes + "sealed partial record Net; }", null },
        { "static partial class Weights { " + Attributes + "sealed partial class Net; }", null },
        { "partial class Net { " + Attributes + "sealed partial class Inner; static class Forward; }", null },
        { Attributes + "partial class Net; class NetGen;", "" },
        { Attributes + "partial class Net; namespace My { class NetGen; class Unsafe; class System; }", null },
        { Attributes + "partial class Net; class Unsafe; class Vector128; class MemoryMarshal; class NetworkEngine; class AlignedMemory;", null },
        { Attributes + "partial class Net; namespace System.Runtime.CompilerServices { class Unsafe; }", "NG1062" },
        { Attributes + "partial class Net; namespace System { class Span<T>; }", "NG1062" },
        { Attributes + "partial class Net; namespace NetGen { class Safetensors; }", "NG1062" },
        { Attributes + "partial class Net; namespace NetGen { class Runtime; }", "NG1062" },
        { Attributes + "partial class Net; namespace NetGen.Runtime { class MyWeights; } namespace NetGen { class My; }", null },

        // Layers' names.
        { Attributes + "[Dense(2, Name = \"1\")] [Dense(2, Name = \"class\")] [Dense(2, Name = \"a.b\")] [Dense(2, Name = \"a_b\")] [Dense(2, Name = \"A_b\")] partial class Net;", null },
        { Attributes + "[Dense(2, Name = \"layers\")] [Dense(2, Name = \"Layers\")] [Dense(2, Name = \"name\")] [Dense(2, Name = \"net\")] [Dense(2, Name = \"_\")] partial class Net;", null },
        { Attributes + "[Dense(2, Name = \"größe\")] [Dense(2, Name = \"ß\")] [Dense(2, Name = \"ı\")] [Dense(2, Name = \"層\")] [Dense(2, Name = \"٣\")] [Dense(2, Name = \"ǆ\")] partial class Net;", null },
        { Attributes + "[Dense(2, Name = \"parameterCount\")] [Dense(2, Name = \"toString\")] [Dense(2, Name = \"finalize\")] [Dense(2, Name = \"-\")] partial class Net;", null },
        { "[Network(Simd = SimdTiers.Vector128)] [Input(4)] [Dense(2, Name = \"1\")] [Dense(2, Name = \"class\")] [Dense(2, Name = \"a.b\")] [Dense(2, Name = \"a_b\")] [Output(\"1\")] [Output(\"class\")] [Output(\"a.b\")] [Output(\"a_b\")] partial class Net;", null },
        { Attributes + "[Dense(2, Name = \"é\u0301\")] partial class Net;", "NG1019" },
        { Attributes + "[Dense(2, Name = \"fc1\")] partial class Net;", "NG1018" },
    };

    /// <param name="declaration">The attributes and the class.</param>
    /// <param name="id">The error's id; null where it compiles, and empty where the error is the compiler's own, about what is written.</param>
    [Theory]
    [MemberData(nameof(Classes))]
    public async Task CompilesOrSaysWhy(string declaration, string? id)
    {
        Compilation compilation = GeneratorHarness.Compile("#pragma warning disable CS8981, CS0436, CS0437\nusing NetGen;\n" + declaration);
        ImmutableArray<Diagnostic> diagnostics = await compilation.WithAnalyzers([new NetworkAnalyzer()]).GetAllDiagnosticsAsync();
        Diagnostic[] serious = [.. diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS1591")];
        SyntaxTree user = compilation.SyntaxTrees.First();
        string text = string.Join('\n', serious.Take(8));
        Assert.True(serious.All(d => d.Location.SourceTree is null || d.Location.SourceTree == user), text);
        string[] errors = [.. serious.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Id)];
        if (id is null)
        {
            Assert.True(serious.Length == 0, text);
            Assert.True(compilation.SyntaxTrees.Count() > 1, "Nothing was generated.");
        }
        else
        {
            Assert.True(id.Length == 0 ? errors.Length > 0 : errors.Contains(id), $"{id} is due, and not {text}");
        }
    }

    /// <summary>The list of generated members is complete, so that each that clashes is found.</summary>
    [Fact]
    public void EveryGeneratedMemberIsKnown()
    {
        const string files = "[Weights(\"a.safetensors\")] [Golden(\"a.golden.safetensors\")] ";
        string outputs = Integers.Replace("[Dense(2)]", "[Dense(16)] [Dense(16)] [Output(\"fc1\")] [Output(\"fc2\")]", StringComparison.Ordinal);
        const string inputs = "[Network] [Input(\"tokens\", 4, Type = InputType.Int32)] [Input(\"rest\", 2)] [Concat(\"tokens\", \"rest\")] [Dense(2)] ";
        const string states = "[Network] [Input(4)] [State(\"h\", \"fc1\", 2)] [Concat(\"input\", \"h\")] [Dense(2)] ";
        foreach (string attributes in new[] { Attributes, Integers, outputs, inputs, states })
        {
            INamedTypeSymbol network = GeneratorHarness.Compile("using NetGen;\n" + files + attributes + "partial class Net;").GetTypeByMetadataName("Net")!;
            GeneratedMembers generated = GeneratedMembers.Of(
                NetworkParser.Parse(network, keepSpans: false, default).Layers, [], hasWeights: true, hasGolden: true, attributes.Contains("Int8", StringComparison.Ordinal));
            ISymbol[] members = [.. network.GetMembers().Where(m => m is { IsImplicitlyDeclared: false, CanBeReferencedByName: true })];
            Assert.All(members, m => Assert.True(generated.ClashWith(network, m), m.ToDisplayString()));
            Assert.Contains(members, m => m.Name == "SelfTest");
            Assert.All(members, m => Assert.True(GeneratedMembers.IsNameOfOne(m.Name), m.Name));
        }
    }
}
