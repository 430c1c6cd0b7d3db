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

/// <summary>Marks a class that has layers as a network.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddNetwork))]
[Shared]
public sealed class AddNetwork : NetworkCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(ProblemIds.NoNetwork);

    /// <inheritdoc/>
    protected override string Title(Diagnostic diagnostic) => "Add [Network]";

    /// <inheritdoc/>
    protected override IEnumerable<TextChange> Fix(SyntaxNode node, SourceText text, Diagnostic diagnostic) =>
        node.FirstAncestorOrSelf<AttributeSyntax>() is { } first ? [AttributeText.InsertBefore(first, "Network", text)] : [];
}
