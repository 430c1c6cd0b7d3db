using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace NetGen.Generator.Tests.Harness;

/// <summary>What the build shows the compiler of a safetensors file: its header, in a file of its own.</summary>
/// <param name="file">The safetensors file's name.</param>
/// <param name="text">The header, or, after an exclamation mark, why there is none.</param>
internal sealed class SafetensorsHeader(string file, string text) : AdditionalText
{
    public override string Path { get; } = file + ".header.json";

    public string Text { get; } = text;

    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(Text);
}
