using System.ComponentModel;
using System.IO;
using System.Reflection;

namespace NetGen.Runtime;

/// <summary>Opens weights that are part of an assembly. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class EmbeddedWeights
{
    /// <summary>Opens a resource.</summary>
    /// <param name="assembly">The assembly that holds it.</param>
    /// <param name="name">The resource's name.</param>
    /// <exception cref="FileNotFoundException">The assembly has no such resource.</exception>
    public static IWeightSource Open(Assembly assembly, string name)
    {
        System.ArgumentNullException.ThrowIfNull(assembly);
        using Stream stream = assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"The assembly '{assembly.GetName().Name}' has no resource '{name}'.", name);
        return Safetensors.Read(stream);
    }
}
