"""Nova's own driver contract tests, and the error table, against a compute host that runs.

    NOVAMETAL_SOCKET=/run/nova-metal/compute.sock python3 -m unittest contract

Each test's instance takes a free node of the host; the suite itself names none. NOVAMETAL_IMAGE is the URL
of a disk image for hosts that write disks: the suite's image exists in no image service.
"""

import os
import pathlib
import time

import nova.virt

nova.virt.__path__.append(str(pathlib.Path(__file__).parents[1] / 'nova' / 'virt'))

from nova import exception, objects, test, version  # noqa: E402
from nova.compute import power_state  # noqa: E402
from nova.tests.unit import utils as test_utils  # noqa: E402
from nova.tests.unit.virt import test_virt_drivers as suite  # noqa: E402
from nova.virt import driver as base, fake  # noqa: E402
from oslo_config import cfg  # noqa: E402

from nova.virt.novametal import driver as novametal  # noqa: E402
from nova.virt.novametal import host  # noqa: E402

SOCKET = os.environ['NOVAMETAL_SOCKET']
IMAGE = os.environ.get('NOVAMETAL_IMAGE')
RELEASE = int(version.version_string().split('.')[0])
LIMIT = 120  # seconds

# What Nova's base class answers itself: no question to the driver of the host.
OF_THE_BASE_CLASS = {
    'cleanup', 'default_device_names_for_instance', 'default_root_device_name',
    'delete_instance_files', 'emit_event', 'get_host_ip_addr', 'get_instance_driver_metadata',
    'network_binding_host_id', 'register_event_listener'}
# Nova's Diagnostics object has no fields for what a BMC knows; the dictionary crosses.
NOT_CARRIED = {'get_instance_diagnostics'}


class RecordingDriver(novametal.NovaMetalDriver):
    """Picks a node where the suite names none, and records which methods are not implemented.

    The suite's flavor has an ephemeral disk and swap, and its image the format ami; bare metal
    refuses both.
    """
    called, fell_through = set(), set()

    def __init__(self, virtapi):
        super().__init__(virtapi)
        self.spawned = []

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        if name.startswith('_') or not callable(getattr(base.ComputeDriver, name, None)):
            return found

        def recorded(*arguments, **named):
            self.called.add(name)
            try:
                return found(*arguments, **named)
            except NotImplementedError:
                self.fell_through.add(name)
                raise
        return recorded

    def spawn(self, context, instance, image_meta, *arguments, **named):
        if not instance.node:
            instance.node = self.free_node()
            instance.flavor.ephemeral_gb = instance.flavor.swap = 0
            instance.flavor.root_gb = instance.flavor.memory_mb = instance.flavor.vcpus = 1
        self.spawned.append((context, instance))
        super().spawn(context, instance, image_meta, *arguments, **named)

    def free_node(self):
        give_up = time.monotonic() + LIMIT
        while time.monotonic() < give_up:
            for name in self.get_available_nodes(refresh=True):
                if self.get_available_resource(name)['availability'] == 'free':
                    return name
            time.sleep(0.2)
        raise AssertionError('no node was free within %d s' % LIMIT)

    def _work(self, context, instance, kind, *arguments, **body):
        if kind in ('spawn', 'rebuild'):
            body['image']['disk_format'] = 'raw'
            if IMAGE:
                body['image'] = {'id': body['image'].get('id'), 'source': IMAGE,
                                 'disk_format': 'raw'}
        super()._work(context, instance, kind, *arguments, **body)

    def remove_all(self):
        for context, instance in self.spawned:
            self.destroy(context, instance, [])


novametal.RecordingDriver = RecordingDriver


def described():
    return host.Host(SOCKET, 5, RELEASE).describe()


class ContractTestCase(suite._VirtDriverTestCase, test.TestCase):
    def setUp(self):
        cfg.CONF.set_override('socket', SOCKET, group='novametal')
        cfg.CONF.set_override('host_patience', 5, group='novametal')
        self.driver_module = 'nova.virt.novametal.driver.RecordingDriver'
        super().setUp()
        self.connection.init_host('myhostname')
        self.addCleanup(self.connection.cleanup_host, 'myhostname')
        self.addCleanup(self.connection.remove_all)

    @classmethod
    def tearDownClass(cls):
        """What falls through is what the host declares as absent: no more, no less."""
        super().tearDownClass()
        answered = set(described()['methods']) - NOT_CARRIED | OF_THE_BASE_CLASS
        absent, fell = RecordingDriver.called - answered, RecordingDriver.fell_through
        if absent != fell:
            raise AssertionError('not implemented though declared: %s; implemented though not '
                                 'declared: %s' % (sorted(fell - absent), sorted(absent - fell)))
        print('%d methods called, not implemented as declared: %s' % (
            len(RecordingDriver.called), ', '.join(sorted(fell))))

    def _no_live_migration(self):
        self.skipTest('no live migration on bare metal')

    test_live_migration = _no_live_migration
    test_live_migration_abort = _no_live_migration
    test_live_migration_force_complete = _no_live_migration


class KilledHostTestCase(test.TestCase):
    """Somebody kills the host in the middle of the spawn and starts it again."""

    def test_a_spawn_returns_done_and_the_instance_runs(self):
        cfg.CONF.set_override('socket', SOCKET, group='novametal')
        cfg.CONF.set_override('host_patience', LIMIT, group='novametal')
        driver = RecordingDriver(fake.FakeVirtAPI())
        instance = test_utils.get_test_instance(obj=True)
        meta = objects.ImageMeta.from_dict({})
        context = test_utils.get_test_admin_context()
        driver.spawn(context, instance, meta, [], 'secret', {}, network_info=[])
        self.assertEqual(power_state.RUNNING, driver.get_info(instance, use_cache=False).state)
        self.assertIn(instance.uuid, driver.list_instance_uuids())
        driver.remove_all()
        self.assertNotIn(instance.uuid, driver.list_instance_uuids())


class ErrorTableTestCase(test.NoDBTestCase):
    def test_every_class_exists_and_takes_a_message_by_position(self):
        rows = {code['code']: row['class'] for code in described()['errors']
                for row in code['nova'] if row['since'] <= RELEASE}
        self.assertGreater(len(rows), 20)
        for code, name in rows.items():
            error = getattr(exception, name)('in words: 100 %')
            self.assertIsInstance(error, exception.NovaException, code)
            self.assertEqual('in words: 100 %', str(error), code)

    def test_the_codes_of_each_operation_are_in_the_table(self):
        described_host = described()
        known = {code['code'] for code in described_host['errors']}
        by_operation = {row['operation']: set(row['codes']) for row in described_host['operations']}
        for codes in by_operation.values():
            self.assertEqual(set(), codes - known)
        # A server would stay in BUILD for ever, or be ACTIVE without its disk.
        self.assertNotIn('instance_not_found', by_operation['spawn'] | by_operation['rebuild'])
        self.assertNotIn('resources_unavailable', by_operation['rebuild'])

    def test_the_host_error_of_each_code_becomes_its_class(self):
        driver = host.Host(SOCKET, 5, RELEASE)
        names = {code['code']: row['class'] for code in driver.describe()['errors']
                 for row in code['nova'] if row['since'] <= RELEASE}
        for code, name in names.items():
            with self.assertRaisesRegex(getattr(exception, name), 'in words'):
                with driver.errors_as_nova():
                    raise host.HostError(code, 'in words')
