"""Servers through Nova's API, conductor, scheduler, placement and compute service, in one process.

    NOVAMETAL_SOCKET=/run/nova-metal/compute.sock NOVAMETAL_CLASS=CUSTOM_GOLD \\
        python3 -m unittest functional

The host needs a free node of that resource class.
"""

import os

import contract  # noqa: F401 (patches first, and makes the driver importable)
from nova import objects  # noqa: E402
from nova.tests import fixtures as nova_fixtures  # noqa: E402
from nova.tests.functional import integrated_helpers  # noqa: E402

RESOURCE_CLASS = os.environ.get('NOVAMETAL_CLASS', 'CUSTOM_IN_MEMORY')
IMAGE = '155d900f-4e14-4e4c-a73d-069cbf4541e6'
OTHER_IMAGE = 'a2459075-d96c-40d5-893e-577ff92e721c'
# Debian's packages of Nova's Python have none.
PASTE = """
[composite:osapi_compute]
use = call:nova.api.openstack.urlmap:urlmap_factory
/v2.1: compute
[composite:compute]
use = call:nova.api.auth:pipeline_factory_v21
keystone = faultwrap sizelimit authtoken keystonecontext app
[filter:faultwrap]
paste.filter_factory = nova.api.openstack:FaultWrapper.factory
[filter:sizelimit]
paste.filter_factory = oslo_middleware:RequestBodySizeLimiter.factory
[filter:keystonecontext]
paste.filter_factory = nova.api.auth:NovaKeystoneContext.factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
[app:app]
paste.app_factory = nova.api.openstack.compute:APIRouterV21.factory
"""


class ServerTestCase(integrated_helpers.ProviderUsageBaseTestCase):
    compute_driver = 'novametal.driver.RecordingDriver'
    microversion = '2.88'

    def setUp(self):
        real = nova_fixtures.OSAPIFixture.setUp
        paste = self.useFixture(nova_fixtures.fixtures.TempDir()).path + '/api-paste.ini'
        with open(paste, 'w') as file:
            file.write(PASTE)

        def set_up(fixture):
            self.flags(api_paste_config=paste, group='wsgi')
            return real(fixture)
        self.stub_out('nova.tests.fixtures.OSAPIFixture.setUp', set_up)
        self.flags(socket=contract.SOCKET, group='novametal')
        self.flags(cores=-1, ram=-1, group='quota')
        super().setUp()
        self.compute = self._start_compute('metal-1')
        self.driver = self.compute.manager.driver
        self.addCleanup(self.driver.cleanup_host, 'metal-1')
        self.addCleanup(self.driver.remove_all)
        self.driver.free_node()
        self._run_periodics()
        self.flavor = self._create_flavor(name='metal', memory_mb=1024, vcpu=1, disk=1,
                                          ephemeral=0, extra_spec={
            'resources:' + RESOURCE_CLASS: '1', 'resources:VCPU': '0', 'resources:MEMORY_MB': '0',
            'resources:DISK_GB': '0'})

    def server(self, **more):
        return self._create_server(name='bm', networks='none', flavor_id=self.flavor,
                                   image_uuid=IMAGE, **more)

    def assertAsItWas(self, server, action):
        """The action has failed, and the server runs."""
        self._wait_for_server_parameter(server, {'OS-EXT-STS:task_state': None})
        instance = objects.Instance.get_by_uuid(self.context(), server['id'])
        self.assertEqual(('active', None), (instance.vm_state, instance.task_state), action)
        self.assertEqual(1, self.driver.get_info(instance, use_cache=False).state, action)

    @staticmethod
    def context():
        return contract.test_utils.get_test_admin_context()

    def test_a_server_lives_from_boot_to_delete(self):
        server = self.server()
        instances = self.driver.list_instance_uuids()
        self.assertIn(server['id'], instances)
        self._stop_server(server)
        self._start_server(server)
        self._reboot_server(server, hard=True)
        self._reboot_server(server, hard=False)
        node = server['OS-EXT-SRV-ATTR:hypervisor_hostname']
        server = self._rebuild_server(server, OTHER_IMAGE)
        self.assertEqual(node, server['OS-EXT-SRV-ATTR:hypervisor_hostname'])
        self._delete_server(server)
        self.assertNotIn(server['id'], self.driver.list_instance_uuids())

    def test_what_bare_metal_cannot_do_leaves_the_server_as_it_was(self):
        server = self.server()
        for action in ({'shelve': None}, {'suspend': None}, {'pause': None}):
            self.api.post_server_action(server['id'], action, check_response_status=[202, 409])
            name = next(iter(action))
            self._wait_for_action_fail_completion(server, name, 'compute_%s_instance' % name)
            self.assertAsItWas(server, name)
        bigger = self._create_flavor(name='more', memory_mb=2048, vcpu=2, disk=1, ephemeral=0)
        self.api.post_server_action(server['id'], {'resize': {'flavorRef': bigger}},
                                    check_response_status=[202, 400])
        self.assertAsItWas(server, 'resize')

    def test_a_boot_from_a_volume_ends_in_one_clear_fault(self):
        self.cinder = self.useFixture(nova_fixtures.CinderFixture(self))
        body = self._build_server(flavor_id=self.flavor, networks='none', image_uuid='')
        body.pop('imageRef', None)
        body['block_device_mapping_v2'] = [{
            'source_type': 'volume', 'destination_type': 'volume', 'boot_index': 0,
            'uuid': nova_fixtures.CinderFixture.IMAGE_BACKED_VOL}]
        server = self.api.post_server({'server': body})
        server = self._wait_for_state_change(server, 'ERROR')
        # Nova says this when a driver has no volume connector.
        self.assertIn('Block Device Mapping is Invalid', server['fault']['message'])
        self.assertNotIn(server['id'], self.driver.list_instance_uuids())
