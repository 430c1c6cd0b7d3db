using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs;

namespace NetGen.CodeFixes;

/// <summary>Takes <c>static</c> or <c>abstract</c> from a network's class.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveModifier))]
[Shared]
public sealed class RemoveModifier : NetworkCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(ProblemIds.Static, ProblemIds.Abstract);

    /// <inheritdoc/>
    protected override string Title(Diagnostic diagnostic) =>
        diagnostic.Id == ProblemIds.Static ? "Remove 'static'" : "Remove 'abstract'";

    /// <inheritdoc/>
    protected override IEnumerable<TextChange> Fix(SyntaxNode node, SourceText text, Diagnostic diagnostic)
    {
        SyntaxKind kind = diagnostic.Id == ProblemIds.Static ? SyntaxKind.StaticKeyword : SyntaxKind.AbstractKeyword;
        return node.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Modifiers.Where(m => m.IsKind(kind))
            .Select(m => new TextChange(TextSpan.FromBounds(m.SpanStart, m.FullSpan.End), "")) ?? [];
    }
}
