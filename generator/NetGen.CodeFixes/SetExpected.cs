using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs;

namespace NetGen.CodeFixes;

/// <summary>Sets <c>InChannels</c> or <c>InFeatures</c> to what arrives.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SetExpected))]
[Shared]
public sealed class SetExpected : NetworkCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(ProblemIds.ChannelMismatch, ProblemIds.FeatureMismatch);

    /// <inheritdoc/>
    protected override string Title(Diagnostic diagnostic) =>
        (diagnostic.Id == ProblemIds.ChannelMismatch ? "Set InChannels to " : "Set InFeatures to ") + Actual(diagnostic);

    /// <inheritdoc/>
    protected override IEnumerable<TextChange> Fix(SyntaxNode node, SourceText text, Diagnostic diagnostic) =>
        node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is { } argument && Actual(diagnostic) is { } actual
            ? [new TextChange(argument.Expression.Span, actual)]
            : [];

    private static string? Actual(Diagnostic diagnostic) =>
        diagnostic.Properties.TryGetValue(NetworkAnalyzer.ActualProperty, out string? actual) ? actual : null;
}
