using System;

namespace NetGen;

/// <summary>
/// Names the weight file that belongs to the network. With <c>&lt;NetworkWeights Include="model.safetensors" /&gt;</c> in the
/// project, its tensors are checked against the layers while typing and building; with <c>Embed="true"</c> it becomes part of the
/// assembly, and the class gains a <c>Create()</c> without arguments.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class WeightsAttribute : Attribute
{
    /// <summary>Names the weight file.</summary>
    /// <param name="file">The file's name, without a folder.</param>
    public WeightsAttribute(string file) => File = file;

    /// <summary>The file's name, without a folder.</summary>
    public string File { get; }
}
