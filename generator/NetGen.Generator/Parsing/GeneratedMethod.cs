using System.Linq;
using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Parsing;

/// <summary>A method that generated code declares in a network's class: what declares it, and what looks for the user's own, read it here.</summary>
internal sealed record GeneratedMethod(string Name, params GeneratedParameter[] Parameters)
{
    /// <summary>Its name and parameters, as a declaration has them.</summary>
    public string Signature => $"{Name}({string.Join(", ", Parameters.Select(p => p.Declaration))})";

    /// <summary>The same in C# without nullable references.</summary>
    public string OutdatedSignature => Signature.Replace("?", "");

    /// <summary>What documentation calls it.</summary>
    public string Reference => $"{Name}({string.Join(", ", Parameters.Select(p => p.Type.Replace('<', '{').Replace('>', '}')))})";

    /// <summary>Whether a method cannot stand beside it.</summary>
    public bool HasSignatureOf(IMethodSymbol method) => method.Name == Name && method.Parameters.Select(TypeOf).SequenceEqual(Parameters.Select(p => p.Type));

    /// <summary>A parameter's type; by reference, in whichever way, it is another than by value.</summary>
    private static string TypeOf(IParameterSymbol parameter) =>
        (parameter.RefKind == RefKind.None ? "" : "out ") + parameter.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
}

/// <summary>A parameter of a generated method.</summary>
internal sealed record GeneratedParameter(string Type, string Name, string? Default = null)
{
    public string Declaration => $"{Type}{(Default == "null" ? "?" : "")} {Name}{(Default is null ? "" : " = " + Default)}";
}
