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
    /// <param name="file">The file's path in the project, or its name alone where no other file has it.</param>
    public WeightsAttribute(string file) => File = file;

    /// <summary>The file's path in the project, or its name alone.</summary>
    public string File { get; }

    /// <summary>
    /// What stands before the names of the file's tensors, with its dot: <c>module.</c>, <c>_orig_mod.</c>. Weights that are loaded have it
    /// taken off, unless none of their names has it, as in a file that <c>Save</c> wrote.
    /// </summary>
    public string Prefix { get; set; } = "";
}
