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

/// <summary>Puts <c>[Flatten]</c> before a dense layer that would take an image.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(InsertFlatten))]
[Shared]
public sealed class InsertFlatten : NetworkCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(ProblemIds.DenseOnImage);

    /// <inheritdoc/>
    protected override string Title(Diagnostic diagnostic) => "Insert [Flatten]";

    /// <inheritdoc/>
    protected override IEnumerable<TextChange> Fix(SyntaxNode node, SourceText text, Diagnostic diagnostic) =>
        node.FirstAncestorOrSelf<AttributeSyntax>() is { } layer ? [AttributeText.InsertBefore(layer, "Flatten", text)] : [];
}
