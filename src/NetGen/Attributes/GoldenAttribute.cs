using System;

namespace NetGen;

/// <summary>
/// Names a safetensors file with a reference input and output of the network, as another framework computed them, and gives the
/// class a <c>SelfTest()</c>. With <c>&lt;NetworkGolden Include="model.golden.safetensors" /&gt;</c> in the project, its tensors are
/// checked against the shapes while typing and building, and it is copied beside the program.
/// </summary>
/// <remarks>
/// The tensors are <c>input</c> and <c>output</c>, and for any layer its activation under the layer's name, channels first. They
/// may have a leading batch dimension of 1.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class GoldenAttribute : Attribute
{
    /// <summary>Names the file.</summary>
    /// <param name="file">The file's path in the project, or its name alone where no other file has it.</param>
    public GoldenAttribute(string file) => File = file;

    /// <summary>The file's path in the project, or its name alone.</summary>
    public string File { get; }
}
