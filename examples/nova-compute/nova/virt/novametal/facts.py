"""Nova's objects as the named fields that cross to the compute host, and nothing else.

The request's context never crosses: it holds the user's token.
"""

import base64
from typing import Any, Dict, Iterable, Optional, Union

from nova.api.metadata import base as instance_metadata
from nova.virt import netutils

INSTANCE = ('uuid', 'name', 'display_name', 'hostname', 'node', 'availability_zone', 'image_ref',
            'launch_index', 'project_id', 'user_id', 'user_data', 'metadata', 'system_metadata',
            'task_state')
FLAVOR = ('name', 'vcpus', 'memory_mb', 'root_gb', 'ephemeral_gb', 'swap', 'extra_specs')
IMAGE = ('id', 'name', 'checksum', 'container_format', 'disk_format', 'size', 'min_disk',
         'min_ram', 'owner')
BLOCK_DEVICES = ('root_device_name', 'swap', 'ephemerals', 'block_device_mapping')


def _fields(thing: Any, names: Iterable[str]) -> Dict[str, Any]:
    """The fields that are set, and that this release has. Nothing is loaded."""
    fields = {}
    for name in names:
        if name not in getattr(thing, 'fields', ()) or thing.obj_attr_is_set(name):
            value = getattr(thing, name, None)
            if value is not None:
                fields[name] = value
    return fields


def request(context: Any) -> Any:
    return _fields(context, ('request_id', 'user_id', 'project_id'))


def instance(nova: Any) -> Any:
    fields = _fields(nova, INSTANCE)
    parts = _fields(nova, ('flavor', 'keypairs', 'tags', 'config_drive'))
    if 'flavor' in parts:
        fields['flavor'] = _fields(parts['flavor'], FLAVOR)
    fields['tags'] = [tag.tag for tag in parts.get('tags', ())]
    fields['key_pairs'] = [_fields(key, ('name', 'type', 'public_key'))
                           for key in parts.get('keypairs', ())]
    fields['config_drive'] = bool(parts.get('config_drive'))
    return fields


def image(meta: Any) -> Any:
    fields = _fields(meta, IMAGE)
    fields['properties'] = _fields(meta.properties, meta.properties.fields)
    fields['traits_required'] = fields['properties'].pop('traits_required', [])
    return fields


def block_devices(info: Any) -> Any:
    return {name: info[name] for name in BLOCK_DEVICES if info and info.get(name)}


def config_drive(nova: Any, files: Any, password: Optional[str], network_info: Any,
                 ports: Any) -> Any:
    """The configuration drive that Nova builds, as files.

    :param ports: which of the node's ports each VIF has, by the VIF's id
    """
    network_data = netutils.get_network_metadata(network_info)
    for link in list(network_data['links']):
        port = ports.get(link['vif_id'])
        if port:
            link.update(port['link'])
            network_data['links'] += port['member_links']
    metadata = instance_metadata.InstanceMetadata(
        nova, content=files, extra_md={'admin_pass': password} if password else {},
        network_info=network_info, network_metadata=network_data)
    return {'files': {path: encoded(content)
                      for path, content in metadata.metadata_for_config_drive()}}


def encoded(content: Union[str, bytes]) -> str:
    data = content.encode() if isinstance(content, str) else bytes(content)
    return base64.b64encode(data).decode()
