using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using NetGen.CodeFixes;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Tests.Diagnostics;
using NetGen.Generator.Tests.Harness;
using Xunit;

namespace NetGen.Generator.Tests.Fixes;

/// <summary>
/// Every fix on one mistake and, where the source has several, on all of them at once; nothing else of the source changes.
/// </summary>
public sealed class CodeFixTests
{
    [Fact]
    public Task NG1001_AddsPartial() => Fixes<AddPartial>(
        """
        using NetGen;

        [Network] [Input(8)] [Dense(2)]
        public sealed class {|NG1001:A|} { }

        [Network] [Input(8)] [Dense(2)] class {|NG1001:B|};

        [Network] [Input(8)] [Dense(2)] internal sealed record /* why */ {|NG1001:C|};
        """,
        """
        using NetGen;

        [Network] [Input(8)] [Dense(2)]
        public sealed partial class A { }

        [Network] [Input(8)] [Dense(2)] partial class B;

        [Network] [Input(8)] [Dense(2)] internal sealed partial record /* why */ C;
        """);

    [Fact]
    public Task NG1024_AddsPartialToEveryTypeAround() => Fixes<AddPartial>(
        """
        using NetGen;

        public static class Outer
        {
            public partial interface IMiddle
            {
                internal readonly struct Inner
                {
                    [Network] [Input(8)] [Dense(2)] sealed partial class {|NG1024:A|};
                }
            }
        }
        """,
        """
        using NetGen;

        public static partial class Outer
        {
            public partial interface IMiddle
            {
                internal readonly partial struct Inner
                {
                    [Network] [Input(8)] [Dense(2)] sealed partial class A;
                }
            }
        }
        """);

    [Fact]
    public Task NG1003_RemovesStatic() => Fixes<RemoveModifier>(
        """
        using NetGen;
        [Network] [Input(8)] [Dense(2)] public static  partial class {|NG1003:A|} { }
        [Network] [Input(8)] [Dense(2)]
        static partial class {|NG1003:B|} { }
        """,
        """
        using NetGen;
        [Network] [Input(8)] [Dense(2)] public partial class A { }
        [Network] [Input(8)] [Dense(2)]
        partial class B { }
        """);

    [Fact]
    public Task NG1004_RemovesAbstract() => Fixes<RemoveModifier>(
        """
        using NetGen;
        [Network] [Input(8)] [Dense(2)] abstract partial class {|NG1004:A|} { }
        [Network] [Input(8)] [Dense(2)] public abstract partial class {|NG1004:B|} { }
        """,
        """
        using NetGen;
        [Network] [Input(8)] [Dense(2)] partial class A { }
        [Network] [Input(8)] [Dense(2)] public partial class B { }
        """);

    [Fact]
    public Task NG1006_RemovesFurtherInputs() => Fixes<RemoveInput>(
        """
        using NetGen;

        [Network]
        [Input(8)]
        [{|NG1006:Input(3)|}]
        [Dense(2)]
        class A;

        [Network] [Input(8)] [{|NG1006:Input(3)|}] [Dense(2)] class B;

        [Network, Input(8), {|NG1006:Input(3)|}, Dense(2)] class C;
        """,
        """
        using NetGen;

        [Network]
        [Input(8)]
        [Dense(2)]
        class A;

        [Network] [Input(8)] [Dense(2)] class B;

        [Network, Input(8), Dense(2)] class C;
        """,
        "class ",
        "partial class ");

    [Fact]
    public Task NG1008_SetsInChannels() => Fixes<SetExpected>(
        """
        using NetGen;

        [Network]
        [Input(3, 8, 8)]
        [Conv2D(16, 3, {|NG1008:InChannels = 1 + 3|}, Padding = 1)]
        [BatchNorm2D({|NG1008:InChannels = 6|})]
        partial class A;
        """,
        """
        using NetGen;

        [Network]
        [Input(3, 8, 8)]
        [Conv2D(16, 3, InChannels = 3, Padding = 1)]
        [BatchNorm2D(InChannels = 16)]
        partial class A;
        """);

    [Fact]
    public Task NG1009_SetsInFeatures() => Fixes<SetExpected>(
        """
        using NetGen;

        [Network] [Input(3, 8, 8)] [Flatten] [Dense(10, {|NG1009:InFeatures = 64|})] [Dense(2, {|NG1009:InFeatures=1|})]
        partial class A;
        """,
        """
        using NetGen;

        [Network] [Input(3, 8, 8)] [Flatten] [Dense(10, InFeatures = 192)] [Dense(2, InFeatures=10)]
        partial class A;
        """);

    [Fact]
    public Task NG1015_InsertsFlatten() => Fixes<InsertFlatten>(
        """
        using NetGen;

        [Network]
        [Input(3, 8, 8)]
        [ReLU]
        [{|NG1015:Dense(10)|}] [ReLU]
        partial class A;

        [Network] [Input(3, 8, 8)] [{|NG1015:Dense(10)|}] partial class B;

        [Network, Input(3, 8, 8), {|NG1015:Dense(10)|}]
        partial class C;

        namespace Inner
        {
            [Network,
             Input(3, 8, 8),
             {|NG1015:Dense(10)|}]
            partial class D;

            [NetGen.Network]
            [NetGen.Input(3, 8, 8)]
            [{|NG1015:NetGen.Dense(10)|}]
            partial class E;
        }
        """,
        """
        using NetGen;

        [Network]
        [Input(3, 8, 8)]
        [ReLU]
        [Flatten]
        [Dense(10)] [ReLU]
        partial class A;

        [Network] [Input(3, 8, 8)] [Flatten] [Dense(10)] partial class B;

        [Network, Input(3, 8, 8), Flatten, Dense(10)]
        partial class C;

        namespace Inner
        {
            [Network,
             Input(3, 8, 8),
             Flatten,
             Dense(10)]
            partial class D;

            [NetGen.Network]
            [NetGen.Input(3, 8, 8)]
            [NetGen.Flatten]
            [NetGen.Dense(10)]
            partial class E;
        }
        """);

    [Fact]
    public Task NG1026_AddsNetwork() => Fixes<AddNetwork>(
        """
        using NetGen;

        /// <summary>Of the user.</summary>
        [{|NG1026:Input(8)|}]
        [Dense(2)]
        partial class A;

        [{|NG1026:Input(8)|}] [Dense(2)] partial class B;

        [{|NG1026:Input(8)|}, Dense(2)] partial class C;
        """,
        """
        using NetGen;

        /// <summary>Of the user.</summary>
        [Network]
        [Input(8)]
        [Dense(2)]
        partial class A;

        [Network]
        [Input(8)] [Dense(2)] partial class B;

        [Network, Input(8), Dense(2)] partial class C;
        """);

    [Fact]
    public Task TheFilesNewlinesAreKept() => Fixes<InsertFlatten>(
        "using NetGen;\r\n[Network]\r\n[Input(1, 2, 3)]\r\n[{|NG1015:Dense(1)|}]\r\npartial class A;\r\n",
        "using NetGen;\r\n[Network]\r\n[Input(1, 2, 3)]\r\n[Flatten]\r\n[Dense(1)]\r\npartial class A;\r\n");

    [Fact]
    public void EveryFixIsExportedAndFixesAll() => Assert.All(
        typeof(NetworkCodeFix).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(NetworkCodeFix))),
        type =>
        {
            Assert.Single(type.GetCustomAttributes(typeof(ExportCodeFixProviderAttribute), inherit: false));
            Assert.NotNull(((CodeFixProvider)Activator.CreateInstance(type)!).GetFixAllProvider());
        });

    private static Task Fixes<TFix>(string source, string @fixed, string replace = "\0", string with = "\0")
        where TFix : CodeFixProvider, new()
    {
        var test = new FixTest<TFix>
        {
            TestCode = source.Replace(replace, with, StringComparison.Ordinal),
            FixedCode = @fixed.Replace(replace, with, StringComparison.Ordinal),
        };
        return test.RunAsync();
    }

    private sealed class FixTest<TFix> : CSharpCodeFixTest<NetworkAnalyzer, TFix, DefaultVerifier>
        where TFix : CodeFixProvider, new()
    {
        public FixTest()
        {
            ReferenceAssemblies = AnalyzerVerifier.NoPackages;
            TestState.AdditionalReferences.AddRange(Compilations.Framework);
            TestState.AdditionalReferences.Add(Compilations.Runtime);
        }

        protected override ParseOptions CreateParseOptions() => Compilations.ParseOptions.WithDocumentationMode(DocumentationMode.Parse);
    }
}
