using System.Linq;
using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Parsing;

/// <summary>
/// Types of a project that hide what generated code names. It names everything from the global namespace on, so that only a type
/// there, or one of the project's own in .NET's or NetGen's namespaces, can stand in the way.
/// </summary>
internal static class HiddenNames
{
    /// <summary>What generated code names; a type called as a part of the path hides all below it.</summary>
    private static readonly string[] Used =
    [
        "System.ArgumentNullException", "System.InvalidOperationException", "System.Math", "System.MathF", "System.ReadOnlySpan", "System.Span",
        "System.CodeDom.Compiler.GeneratedCode", "System.CodeDom.Compiler.GeneratedCodeAttribute",
        "System.Collections.Immutable.ImmutableArray", "System.ComponentModel.EditorBrowsable", "System.ComponentModel.EditorBrowsableAttribute",
        "System.ComponentModel.EditorBrowsableState", "System.IO.Stream", "System.Runtime.CompilerServices.MethodImpl",
        "System.Runtime.CompilerServices.MethodImplAttribute", "System.Runtime.CompilerServices.MethodImplOptions",
        "System.Runtime.CompilerServices.Unsafe", "System.Runtime.InteropServices.MemoryMarshal", "System.Runtime.Intrinsics.X86",
        "NetGen.Generated", "NetGen.Runtime",

        // A word that a type of this name takes over.
        "nuint",
    ];

    /// <summary>Namespaces of which generated code names many types.</summary>
    private static readonly string[] Whole = ["System.Runtime.Intrinsics", "System.Runtime.Intrinsics.X86", "NetGen", "NetGen.Runtime"];

    /// <summary>A type of the project's that hides one of them, where there is one.</summary>
    /// <param name="project">The project's assembly.</param>
    /// <param name="runtime">The assembly that <c>[Network]</c> comes from.</param>
    public static ISymbol? FindIn(IAssemblySymbol project, IAssemblySymbol? runtime) =>
        Used.Select(name => FindOnPath(project.GlobalNamespace, name)).FirstOrDefault(t => t is not null)
        ?? Whole.Select(name => FindNamespace(project.GlobalNamespace, name)).Where(n => n is not null)
            .SelectMany(n => n!.GetTypeMembers().Where(IsOwn))
            .FirstOrDefault(t => t.ContainingNamespace.ToDisplayString().StartsWith("System", System.StringComparison.Ordinal)
                || (!SymbolEqualityComparer.Default.Equals(project, runtime) && runtime?.GetTypeByMetadataName(FullName(t)) is not null));

    private static ISymbol? FindOnPath(INamespaceSymbol space, string name)
    {
        INamespaceSymbol? at = space;
        foreach (string part in name.Split('.'))
        {
            if (at?.GetTypeMembers(part).FirstOrDefault(IsOwn) is { } type)
            {
                return type;
            }

            at = at?.GetNamespaceMembers().FirstOrDefault(n => n.Name == part);
        }

        return null;
    }

    private static INamespaceSymbol? FindNamespace(INamespaceSymbol space, string name) =>
        name.Split('.').Aggregate<string, INamespaceSymbol?>(space, (at, part) => at?.GetNamespaceMembers().FirstOrDefault(n => n.Name == part));

    private static string FullName(INamedTypeSymbol type) => type.ContainingNamespace.ToDisplayString() + "." + type.MetadataName;

    private static bool IsOwn(INamedTypeSymbol type) => !GeneratedMembers.IsGenerated(type.Locations.FirstOrDefault());
}
