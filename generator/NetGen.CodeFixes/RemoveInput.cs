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

/// <summary>Removes an <c>[Input]</c> after the first.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveInput))]
[Shared]
public sealed class RemoveInput : NetworkCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(ProblemIds.SeveralInputs);

    /// <inheritdoc/>
    protected override string Title(Diagnostic diagnostic) => "Remove this [Input]";

    /// <inheritdoc/>
    protected override IEnumerable<TextChange> Fix(SyntaxNode node, SourceText text, Diagnostic diagnostic) =>
        node.FirstAncestorOrSelf<AttributeSyntax>() is { } input ? [AttributeText.Remove(input, text)] : [];
}
