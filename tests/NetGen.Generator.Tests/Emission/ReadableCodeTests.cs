extern alias netgen;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetGen.Generator.Emission;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Harness;
using NetGen.Tests.Parity;
using Xunit;

namespace NetGen.Generator.Tests.Emission;

/// <summary>What is generated is there to be stepped through: in whatever network, no line of it says nothing.</summary>
public sealed partial class ReadableCodeTests
{
    private const ulong Seed = 20260;
    private const int DraftsOfAKind = 40;

    private static readonly Lazy<IReadOnlyList<(string Network, string Code)>> Engines = new(Generate);

    [Fact]
    public void Engines_OfAnyNetwork_ComputeWithoutOnesAndZeros() => Check(code => Nothing().Matches(code).Select(m => m.Value));

    [Fact]
    public void Engines_OfAnyNetwork_HaveNoLoopOfOneRound() => Check(code => CountedLoop().Matches(code)
        .Where(m => Number(m, "to") - Number(m, "from") < 2)
        .Select(m => m.Value));

    [Fact]
    public void Engines_OfAnyNetwork_HaveNoBlockWithoutNeed() => Check(code => Root(code).DescendantNodes().OfType<BlockSyntax>()
        .Where(b => b.Parent is BlockSyntax outer && outer.Statements.Count(HasBlock) == 1)
        .Select(b => b.ToString()));

    [Fact]
    public void Engines_OfAnyNetwork_HaveNoRedundantParentheses() => Check(code => Root(code).DescendantNodes().OfType<ParenthesizedExpressionSyntax>()
        .Where(IsRedundant)
        .Select(p => p.Parent!.ToString()));

    [Fact]
    public void Engines_OfAnyNetwork_HaveBlankLinesBetweenLinesOnly() => Check(code => BlankLines().Matches(code).Select(m => m.Value));

    [Fact]
    public void Engines_OfAnyNetwork_HaveLinesThatFitAScreen() => Check(code => code.Split('\n')
        .Where(l => l.Length > LongLines.Most && !l.TrimStart().StartsWith("//", StringComparison.Ordinal)));

    [Fact]
    public void Engines_OfAnyNetwork_UseEveryOffset() => Check(code => Offset().Matches(code)
        .Select(m => m.Groups["name"].Value)
        .Where(name => Regex.Count(code, $@"\b{name}\b") < 2));

    [Fact]
    public void Engines_OfAnyNetwork_NameEveryOffsetOfACall() => Check(code => Calls(code)
        .SelectMany(c => c.DescendantNodes().OfType<InvocationExpressionSyntax>())
        .Where(i => i.Expression.ToString() == "Unsafe.Add" && i.ArgumentList.Arguments[1].Expression is not IdentifierNameSyntax)
        .Select(i => i.ToString()));

    [Fact]
    public void Engines_OfAnyNetwork_SayWhatEachCallComputes() => Check(code => Calls(code)
        .Where(c => c.ToString() is var call && !call.StartsWith("barrier", StringComparison.Ordinal) && !IsSaid(c))
        .Select(c => c.ToString()));

    /// <summary>Names that clash with those of the code around them, of other places, or of each other.</summary>
    [Fact]
    public void Offsets_OfHostileNames_Compile()
    {
        string[] names =
        [
            .. Offsets.Reserved.Select(n => char.ToLowerInvariant(n[0]) + n[1..]), "a", "A", "input1", "inputCopy", "output", "aWeights", "aScratch", "aBorder",
            "workspace", "weights", "part", "x", "y", "größe", "GRÖSSE", "ǆ", "数", "_", "__arglist", "1a", "a.b", "a_b", "a-b", "class", "int", "nuint", "value",
            "net_Vector128", "Net_Vector128", "copy_4x8x8_4x8x8", "convolution3x3_4x10x10_4x8x8", "planar3x3_4x10x10_4x8x8",
        ];
        IEnumerable<string> layers = names.Distinct().Select((n, i) => i % 2 == 0
            ? $"[Conv2D(4, 3, Padding = 1, Name = \"{n}\")]"
            : $"[MaxPool2D(3, Stride = 1, Padding = 1, Name = \"{n}\")]");
        IReadOnlyDictionary<string, string> files = GeneratorHarness.Run($"""
            using NetGen;

            [Network(Simd = SimdTiers.Vector128, Winograd = false)]
            [Input(4, 8, 8)]
            {string.Join('\n', layers)}
            internal sealed partial class Net;
            """);
        Assert.Contains("private const int GRÖSSE", files["Net.Vector128.g.cs"], StringComparison.Ordinal);
    }

    /// <summary>What an engine's code calls by its simple name could be hidden by a constant.</summary>
    [Fact]
    public void Reserved_HoldsAllThatEnginesName()
    {
        IEnumerable<string> inherited = new[] { "NetworkEngine", "ObservedEngine" }
            .Select(t => typeof(netgen::NetGen.NetworkInfo).Assembly.GetType("NetGen.Runtime." + t)!)
            .SelectMany(t => t.GetMembers(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy))
            .Where(m => m is MethodInfo { IsPrivate: false } or FieldInfo { IsPrivate: false } or PropertyInfo or Type)
            .Select(m => m.Name)
            .Where(n => char.IsUpper(n[0]));
        Assert.Empty(inherited.Except(Offsets.Reserved));
        Check(code =>
        {
            CompilationUnitSyntax root = Root(code);
            ClassDeclarationSyntax engine = root.DescendantNodes().OfType<ClassDeclarationSyntax>().Single();
            HashSet<string> own = [.. engine.Members.OfType<MethodDeclarationSyntax>().Select(m => m.Identifier.ValueText)
                .Where(n => n.Contains('_', StringComparison.Ordinal)), .. Offset().Matches(code).Select(m => m.Groups["name"].Value)];
            return engine.DescendantNodes().OfType<IdentifierNameSyntax>()
                .Where(n => n.Parent is not (MemberAccessExpressionSyntax { Expression: not IdentifierNameSyntax } or QualifiedNameSyntax or AliasQualifiedNameSyntax or NameColonSyntax or MemberBindingExpressionSyntax))
                .Where(n => n.Parent is not MemberAccessExpressionSyntax access || access.Expression == n)
                .Where(n => n.Parent is not InvocationExpressionSyntax)
                .Select(n => n.Identifier.ValueText)
                .Where(n => char.IsUpper(n[0]) && !own.Contains(n))
                .Except(Offsets.Reserved);
        });
    }

    private static IReadOnlyList<(string Network, string Code)> Generate()
    {
        IEnumerable<NetworkDraft> drafts = Enumerable.Range(0, DraftsOfAKind).SelectMany(i => new[]
        {
            RandomNetworks.Layer(i, Seed), RandomNetworks.Graph(i, Seed), RandomNetworks.Chain(i, Seed), RandomNetworks.Planar(i, Seed),
            RandomNetworks.Winograd(i, Seed), RandomNetworks.Strips(i, Seed), RandomNetworks.IntegerGraph(i, Seed),
        });
        return
        [
            .. drafts.Concat(KnownNetworks.All).AsParallel().AsOrdered().SelectMany(
                draft => new[] { Tier.Vector512, Tier.Vector256, Tier.Vector128 }.Select(t => (draft.ToString(), EngineEmitter.Emit(draft.ClassSyntax, draft.Plan(t))))),
        ];
    }

    private static void Check(Func<string, IEnumerable<string>> findFaults)
    {
        (string Fault, string Network)[] faults =
            [.. Engines.Value.AsParallel().AsOrdered().SelectMany(e => findFaults(e.Code).Distinct().Take(2).Select(f => (f, e.Network)))];
        Assert.True(
            faults.Length == 0,
            $"{faults.Length} faults:\n{string.Join("\n\n", faults.DistinctBy(f => WithoutNumbers().Replace(f.Fault, "#")).Take(10).Select(f => $"{f.Fault}\nin an engine of\n{f.Network}"))}");
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static CompilationUnitSyntax Root(string code) => SyntaxFactory.ParseCompilationUnit(code);

    /// <summary>The statements of the method that calls all kernels.</summary>
    private static IEnumerable<ExpressionStatementSyntax> Calls(string code) => Root(code).DescendantNodes().OfType<MethodDeclarationSyntax>()
        .Single(m => m.Identifier.ValueText is "Run" or "RunPart")
        .DescendantNodes().OfType<ExpressionStatementSyntax>();

    /// <summary>Whether a comment stands before a statement, and before that a blank line, or a brace.</summary>
    private static bool IsSaid(SyntaxNode statement)
    {
        string[] before = statement.GetLeadingTrivia().ToFullString().Split('\n');
        bool isFirst = statement.Parent is BlockSyntax block && block.Statements[0] == statement;
        return before.Length == (isFirst ? 2 : 3) && before[^2].TrimStart().StartsWith("// ", StringComparison.Ordinal) && (isFirst || before[0].Length == 0);
    }

    private static bool HasBlock(StatementSyntax statement) => statement is BlockSyntax or ForStatementSyntax or IfStatementSyntax;

    private static bool IsRedundant(ParenthesizedExpressionSyntax parentheses) => (parentheses.Expression, parentheses.Parent) switch
    {
        (ParenthesizedExpressionSyntax or IdentifierNameSyntax or LiteralExpressionSyntax or InvocationExpressionSyntax, _) => true,
        (_, EqualsValueClauseSyntax or ArgumentSyntax or AssignmentExpressionSyntax or StatementSyntax) => true,
        (BinaryExpressionSyntax inner, BinaryExpressionSyntax outer) => Precedence(inner) > Precedence(outer)
            || (Precedence(inner) == Precedence(outer) && outer.Left == parentheses),
        _ => false,
    };

    private static int Precedence(BinaryExpressionSyntax expression) => expression.Kind() switch
    {
        SyntaxKind.MultiplyExpression or SyntaxKind.DivideExpression or SyntaxKind.ModuloExpression => 4,
        SyntaxKind.AddExpression or SyntaxKind.SubtractExpression => 3,
        SyntaxKind.LeftShiftExpression or SyntaxKind.RightShiftExpression => 2,
        SyntaxKind.LessThanExpression or SyntaxKind.GreaterThanExpression or SyntaxKind.EqualsExpression => 1,
        _ => 0,
    };

    [GeneratedRegex(@"[^.\d\w]1 \* |\* 1[^\d.]|[^.\d\w]0 [*+] |\+ 0[^\d.x]|Unsafe\.Add\(ref \w+, 0\)|(?:[,=+-] |[(\[])\d+ [-+*] \d+(?![\w.])")]
    private static partial Regex Nothing();

    [GeneratedRegex(@"for \((nuint|int) (?<name>\w+) = (?<from>\d+); \k<name> < (?<to>\d+); \k<name>\+\+\)")]
    private static partial Regex CountedLoop();

    [GeneratedRegex(@"\n\n\n|\{\n\n|\n\n *\}")]
    private static partial Regex BlankLines();

    [GeneratedRegex(@"\d+")]
    private static partial Regex WithoutNumbers();

    [GeneratedRegex(@"private const int (?<name>\w+) = ")]
    private static partial Regex Offset();
}
