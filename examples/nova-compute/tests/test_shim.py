"""The driver in nova-compute against a compute host that the tests script.

    python3 -m unittest test_shim

Real Nova objects in Nova's own test database; nothing but what Nova's tests need.
"""

import base64
import contextlib
import json
import pathlib
import threading
import time
from unittest import mock

import nova.virt

nova.virt.__path__.append(str(pathlib.Path(__file__).parents[1] / 'nova' / 'virt'))

from nova import context as nova_context  # noqa: E402
from nova import exception, objects, test  # noqa: E402
from nova.compute import power_state, provider_tree, task_states, vm_states  # noqa: E402
from nova.tests.unit import fake_network  # noqa: E402
from nova.tests.unit import utils as test_utils  # noqa: E402
from nova.virt import fake  # noqa: E402

from nova.virt.novametal import driver as novametal  # noqa: E402
from nova.virt.novametal import host as host_module  # noqa: E402

import fake_host  # noqa: E402

LIMIT = 30  # seconds


def eventually(what, check):
    give_up = time.monotonic() + LIMIT
    while not check():
        if time.monotonic() > give_up:
            raise AssertionError('not within %d s: %s' % (LIMIT, what))
        time.sleep(0.02)


class ShimTestCase(test.TestCase):
    def setUp(self):
        super().setUp()
        folder = self.useFixture(test.fixtures.TempDir()).path
        self.flags(host='metal-1', state_path=folder)
        self.flags(socket=folder + '/s', host_patience=LIMIT, group='novametal')
        self.flags(force_config_drive=False)
        self.host = fake_host.FakeHost(folder + '/s')
        self.addCleanup(self.host.stop)
        self.context = nova_context.RequestContext(
            'u', 'p', auth_token='never-crosses', request_id='req-1')
        self.driver = self.new_driver()

    def new_driver(self):
        return novametal.NovaMetalDriver(fake.FakeVirtAPI())

    def started(self, driver=None):
        driver = driver or self.driver
        driver.init_host('metal-1')
        self.addCleanup(driver.cleanup_host, 'metal-1')

    def instance(self, **fields):
        instance = test_utils.get_test_instance(self.context, obj=True)
        instance.node, instance.host = 'rack 1/a', 'metal-1'
        if 'compute_id' in instance.fields:
            instance.compute_id = 1
        for name, value in fields.items():
            setattr(instance, name, value)
        instance.save()
        return objects.Instance.get_by_uuid(self.context, instance.uuid, expected_attrs=[
            'flavor', 'metadata', 'system_metadata', 'keypairs', 'tags', 'info_cache'])

    def spawn(self, instance, **more):
        meta = objects.ImageMeta.from_dict({'id': fake_host.BOOT, 'disk_format': 'raw',
                                            'properties': {'hw_firmware_type': 'uefi'}})
        self.driver.spawn(self.context, instance, meta, [], 'secret', {},
                          network_info=test_utils.get_test_network_info(), **more)

    @contextlib.contextmanager
    def running(self, work, *arguments, **named):
        """Runs work beside the test; at the end its error, if any, is raised."""
        errors = []

        def run():
            try:
                work(*arguments, **named)
            except Exception as e:
                errors.append(e)
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield
        thread.join(LIMIT)
        self.assertFalse(thread.is_alive(), 'the work has not ended')
        if errors:
            raise errors[0]

    def begun(self):
        eventually('an operation has begun', lambda: self.host.operations)


class HostDownTest(ShimTestCase):
    def test_no_list_is_empty_while_the_host_is_down(self):
        self.host.stop()
        for call in (self.driver.get_available_nodes, self.driver.get_nodenames_by_uuid,
                     self.driver.list_instances, self.driver.list_instance_uuids,
                     lambda: self.driver.node_is_available('n'),
                     lambda: self.driver.is_node_deleted('n'),
                     lambda: self.driver.get_available_resource('n')):
            self.assertRaises(exception.VirtDriverNotReady, call)

    def test_a_host_that_cannot_work_is_a_host_that_is_down(self):
        for status, code, disposition in ((503, 'driver_not_ready', 'host_down'),
                                          (503, 'too_many_requests', 'retry'),
                                          (504, 'deadline_exceeded', 'retry'),
                                          (400, 'version_unsupported', 'host_down')):
            self.host.replies['GET', '/v1/nodes'] = status, {'error': {
                'code': code, 'disposition': disposition, 'message': 'in words'}}
            error = self.assertRaises(
                exception.VirtDriverNotReady, self.driver.get_available_nodes)
            self.assertIn('in words', str(error))

    def test_an_answer_that_is_no_json_is_a_host_that_is_down(self):
        with mock.patch.object(fake_host.json, 'dumps', return_value='<html>'):
            self.assertRaises(exception.VirtDriverNotReady, self.driver.get_available_nodes)

    def test_connections_that_the_host_closed_meanwhile_are_replaced(self):
        for _ in range(3):
            self.driver.get_available_nodes()
            self.host.stop()
            self.host.start()
        self.assertEqual(['rack 1/a'], self.driver.get_available_nodes())

    def test_a_spawn_goes_on_after_a_restart_of_the_host(self):
        self.host.ended_by_themselves = False
        with self.running(self.spawn, self.instance()):
            self.begun()
            self.host.stop()
            self.host.start()
            calls = len(self.host.calls)
            eventually('the spawn is awaited again', lambda: len(self.host.calls) > calls)
            self.host.end()
        self.assertEqual(1, len(self.host.operations))

    def test_a_spawn_begins_when_the_host_has_started(self):
        self.host.stop()
        with self.running(self.spawn, self.instance()):
            self.host.start()
        self.assertEqual(1, len(self.host.operations))

    def test_a_spawn_waits_no_longer_than_the_patience(self):
        self.flags(host_patience=1, group='novametal')
        self.driver = self.new_driver()
        self.host.stop()
        self.assertRaises(exception.VirtDriverNotReady, self.spawn, self.instance())

    def test_short_work_that_a_restart_lost_is_repeated(self):
        self.host.ended_by_themselves = False
        with self.running(self.driver.power_on, self.context, self.instance(), []):
            self.begun()
            self.host.stop()
            self.host.operations.clear()
            self.host.ended_by_themselves = True
            self.host.start()
        self.assertEqual(1, len(self.host.operations))

    def test_the_start_waits_for_the_host(self):
        self.host.stop()
        with self.running(self.started):
            self.host.start()
        self.assertTrue(self.driver.capabilities['supports_image_type_raw'])

    def test_the_start_ends_without_the_host_after_the_patience(self):
        self.flags(host_patience=0, group='novametal')
        self.host.stop()
        self.started(self.new_driver())


class OperationTest(ShimTestCase):
    def test_an_error_becomes_novas_exception_with_its_message(self):
        self.host.ended_by_themselves = False
        self.spawn_error = None

        def spawn():
            self.spawn_error = self.assertRaises(
                exception.ValidationError, self.spawn, self.instance())
        with self.running(spawn):
            self.begun()
            self.host.end(code='node_invalid')
        self.assertEqual('ended with node_invalid', str(self.spawn_error))

    def test_an_unknown_code_becomes_a_nova_exception(self):
        self.host.replies['GET', '/v1/instances'] = 500, {'error': {
            'code': 'new', 'disposition': 'new', 'message': 'in words', 'more': 1}}
        error = self.assertRaises(exception.NovaException, self.driver.list_instances)
        self.assertEqual('in words', str(error))

    def test_a_destroy_waits_for_another_one_that_is_under_way(self):
        self.host.ended_by_themselves = False
        instance = self.instance()
        with self.running(self.driver.destroy, self.context, instance, []):
            self.begun()
            first = next(iter(self.host.operations))
            with self.running(self.driver.destroy, self.context, instance, []):
                eventually('the other destroy is awaited', lambda: [
                    path for verb, path, _ in self.host.calls
                    if verb == 'GET' and path.endswith(first)])
                self.host.ended_by_themselves = True
                self.host.end(first)
        self.assertEqual(2, len(self.host.operations))

    def test_a_destroy_waits_for_another_one_no_longer_than_the_patience(self):
        self.flags(host_patience=1, group='novametal')
        self.driver = self.new_driver()
        self.host.operations['req-0:destroy'] = {'key': 'req-0:destroy', 'finished': False}
        self.assertRaises(exception.InstanceInvalidState, self.driver.destroy, self.context,
                          self.instance(), [])

    def test_other_work_does_not_wait_for_an_operation(self):
        self.host.operations['req-0:spawn'] = {'key': 'req-0:spawn', 'finished': False}
        self.assertRaises(exception.InstanceInvalidState, self.driver.power_on, self.context,
                          self.instance(), [])

    def test_a_delete_cancels_the_spawn_and_does_not_await_its_end_for_long(self):
        self.host.ended_by_themselves = False
        instance = self.instance(task_state=task_states.SPAWNING)

        def spawn():
            self.assertRaises(exception.BuildAbortException, self.spawn, instance)
        with self.running(spawn):
            self.begun()
            same = objects.Instance.get_by_uuid(self.context, instance.uuid)
            same.task_state = task_states.DELETING
            same.save()
        self.assertEqual(1, len([verb for verb, _, _ in self.host.calls if verb == 'DELETE']))

    def test_a_delete_ends_a_spawn_that_waits_for_the_host(self):
        self.host.stop()
        instance = self.instance(task_state=task_states.DELETING)
        self.assertRaises(exception.NovaException, self.spawn, instance)

    def test_a_spawn_goes_on_while_the_task_state_cannot_be_read(self):
        self.host.ended_by_themselves = False
        instance = self.instance()
        with mock.patch.object(objects.Instance, 'refresh', side_effect=OSError('no conductor')) \
                as refresh, self.running(self.spawn, instance):
            self.begun()
            eventually('the task state was read', lambda: refresh.called)
            self.host.end()

    def test_two_operations_of_one_request_have_separate_keys(self):
        instance = self.instance()
        for _ in range(2):
            self.driver.power_on(self.context, instance, [])
        self.assertEqual(2, len(self.host.operations))
        for key in self.host.operations:
            self.assertTrue(key.startswith('req-1.') and key.endswith(':power_on'), key)

    def test_power_off_finds_the_instance_behind_a_context(self):
        instance = self.instance()
        self.driver.power_off(self.context, instance)
        self.driver.power_off(instance, 60, 10)
        self.assertEqual([0, 60], [body['soft_timeout']
                                   for body in self.host.bodies('/operations')])
        self.assertEqual({instance.uuid}, {body['instance']['uuid']
                                           for body in self.host.bodies('/operations')})

    def test_the_arguments_of_newer_releases_are_tolerated(self):
        instance, meta = self.instance(), objects.ImageMeta.from_dict({})
        self.driver.power_on(self.context, instance, [], None, [], None)
        self.driver.power_on(self.context, instance, [], share_info=[])
        self.driver.reboot(self.context, instance, [], 'SOFT', share_info=[])
        self.driver.rescue(self.context, instance, [], meta, 'p', {}, [])
        self.driver.unrescue(self.context, instance)
        self.spawn(instance, accel_info=[], newer=1)
        self.driver.destroy(self.context, instance, [], None, True, False)
        self.assertEqual(['power_on', 'power_on', 'reboot', 'rescue', 'unrescue', 'spawn',
                          'destroy'], [body['kind'] for body in self.host.bodies('/operations')])

    def test_an_absent_capability_is_not_implemented(self):
        instance = self.instance()
        self.host.replies['POST', '/v1/instances/%s/diagnostics' % instance.uuid] = 501, {
            'error': {'code': 'capability_absent', 'disposition': 'abort', 'message': 'none'}}
        self.assertRaises(NotImplementedError, self.driver.get_diagnostics, instance)


class NodeTest(ShimTestCase):
    def test_nodes_are_known_by_uuid_and_their_names_are_quoted(self):
        self.assertEqual({fake_host.BOOT: 'rack 1/a'}, self.driver.get_nodenames_by_uuid())
        self.assertTrue(self.driver.node_is_available('rack 1/a'))
        self.assertFalse(self.driver.is_node_deleted('rack 1/a'))
        self.assertTrue(self.driver.is_node_deleted('gone?'))
        self.assertIn(('GET', '/v1/nodes/rack%201%2Fa', {}), self.host.calls)

    def test_the_subtree_of_the_node_crosses_and_comes_back_with_children(self):
        tree = provider_tree.ProviderTree()
        root = tree.new_root('rack 1/a', fake_host.BOOT)
        tree.new_root('another', 'b0070000-0000-4000-8000-000000000002')
        tree.update_traits('rack 1/a', ['CUSTOM_FOREIGN'])
        child = 'b0070000-0000-4000-8000-000000000003'
        self.host.replies['POST', '/v1/nodes/rack%201%2Fa/provider-tree'] = 200, {'providers': [
            {'uuid': root, 'name': 'rack 1/a', 'inventories': {'CUSTOM_GOLD': {'total': 1}},
             'traits': ['CUSTOM_FOREIGN', 'CUSTOM_GPU']},
            {'uuid': child, 'name': 'nic', 'parent': 'rack 1/a', 'inventories': {},
             'traits': []}]}
        for _ in range(2):
            self.driver.update_provider_tree(tree, 'rack 1/a')
        first, second = self.host.bodies('/provider-tree')
        self.assertEqual([{'uuid': root, 'name': 'rack 1/a', 'parent': None, 'inventories': {},
                           'traits': ['CUSTOM_FOREIGN']}], first['providers'])
        self.assertEqual(['rack 1/a', 'nic'], [row['name'] for row in second['providers']])
        self.assertEqual('rack 1/a', second['providers'][1]['parent'])
        self.assertEqual({'CUSTOM_GOLD': {'total': 1}}, tree.data('rack 1/a').inventory)
        self.assertEqual(child, tree.data('nic').uuid)

    def test_each_start_asks_for_the_local_identity(self):
        try:
            from nova.virt import node  # noqa: F401
        except ImportError:
            self.skipTest('this release has no local identity')
        with mock.patch('nova.virt.node.get_local_node_uuid') as identity:
            self.started()
            self.started(self.new_driver())
        self.assertEqual(2, identity.call_count)


class FactsTest(ShimTestCase):
    def test_neither_token_nor_other_parts_of_the_context_cross(self):
        self.spawn(self.instance())
        body, = self.host.bodies('/operations')
        self.assertNotIn('never-crosses', json.dumps(self.host.calls))
        self.assertEqual({'request_id', 'user_id', 'project_id'}, set(body['context']))
        self.assertEqual('uefi', body['image']['properties']['hw_firmware_type'])

    def test_nothing_is_loaded_for_a_short_call(self):
        whole = self.instance()
        bare = objects.InstanceList.get_by_host(self.context, 'metal-1', expected_attrs=[])[0]
        self.assertFalse(bare.obj_attr_is_set('flavor'))
        with mock.patch.object(objects.Instance, 'obj_load_attr',
                               side_effect=AssertionError('loaded')):
            self.assertEqual(power_state.RUNNING, self.driver.get_info(bare).state)
            self.driver.power_on(self.context, bare, [])
        self.assertEqual(whole.uuid, self.host.bodies('/info')[0]['instance']['uuid'])

    def test_the_config_drive_is_novas_own_with_the_ports_of_the_node(self):
        instance = self.instance(hostname='web', config_drive='True',
                                 user_data=base64.b64encode(b'#!').decode())
        networks = fake_network.fake_get_instance_nw_info(self)
        vif = networks[0]['id']
        self.host.replies['POST', '/v1/instances/%s/port-bindings' % instance.uuid] = 200, {
            'ports': {vif: {'mac': '52:54:00:00:00:01', 'link': {
                'type': 'bond', 'ethernet_mac_address': '52:54:00:00:00:01',
                'bond_mode': '802.3ad', 'bond_links': ['m-0']}, 'member_links': [
                    {'id': 'm-0', 'type': 'phy', 'ethernet_mac_address': '52:54:00:00:00:02'}]}}}
        with mock.patch('nova.network.security_group_api.get_instances_security_groups_bindings',
                        return_value={}):
            self.driver.spawn(self.context, instance, objects.ImageMeta.from_dict({}),
                              [('/etc/motd', b'hello')], 'secret', {}, network_info=networks)
        body, = self.host.bodies('/operations')
        self.assertEqual('config_drive', body['metadata_delivery'])
        files = {path: base64.b64decode(content)
                 for path, content in body['config_drive']['files'].items()}
        self.assertEqual(b'#!', files['openstack/latest/user_data'])
        meta = json.loads(files['openstack/latest/meta_data.json'])
        self.assertEqual([instance.uuid, 'secret'], [meta['uuid'], meta['admin_pass']])
        self.assertEqual(b'hello', files['openstack' + meta['files'][0]['content_path']])
        links = json.loads(files['openstack/latest/network_data.json'])['links']
        self.assertEqual(['bond', 'phy'], [link['type'] for link in links])
        self.assertEqual(['m-0'], links[0]['bond_links'])
        self.assertEqual(vif, links[0]['vif_id'])

    def test_without_a_config_drive_the_metadata_service_delivers(self):
        self.spawn(self.instance())
        body, = self.host.bodies('/operations')
        self.assertEqual(['service', None], [body['metadata_delivery'], body['config_drive']])

    def test_the_console_output_passes_through_novas_encoding(self):
        instance = self.instance()
        self.host.replies['POST', '/v1/instances/%s/console-output' % instance.uuid] = 200, {
            'output': 'grün ok'}
        output = self.driver.get_console_output(self.context, instance)
        self.assertEqual('grün ok', output.encode('latin-1').decode())


class WriteBackTest(ShimTestCase):
    def test_a_power_update_writes_the_states_also_when_the_host_is_down(self):
        for target, task, vm, power in (
                ('POWER_OFF', task_states.POWERING_OFF, vm_states.STOPPED, power_state.SHUTDOWN),
                ('POWER_ON', task_states.POWERING_ON, vm_states.ACTIVE, power_state.RUNNING)):
            instance = self.instance(task_state=task)
            self.host.stop()
            self.assertRaises(exception.VirtDriverNotReady, self.driver.power_update_event,
                              instance, target)
            self.host.start()
            stored = objects.Instance.get_by_uuid(self.context, instance.uuid)
            self.assertEqual([None, vm, power],
                             [stored.task_state, stored.vm_state, stored.power_state])
            self.driver.power_update_event(instance, target)

    def test_a_rebuild_says_that_it_spawns(self):
        instance = self.instance(task_state=task_states.REBUILDING)
        self.driver.rebuild(self.context, instance, objects.ImageMeta.from_dict({}), [], 'p',
                            allocations={}, bdms=[], detach_block_devices=None,
                            attach_block_devices=None, network_info=[], evacuate=True,
                            preserve_ephemeral=True, accel_uuids=[], share_info=None)
        stored = objects.Instance.get_by_uuid(self.context, instance.uuid)
        self.assertEqual(task_states.REBUILD_SPAWNING, stored.task_state)
        body, = self.host.bodies('/operations')
        self.assertEqual(['preserve_ephemeral', True, False],
                         [body['disks'], body['evacuate'], body['reimage_boot_volume']])


class WatchTest(ShimTestCase):
    def setUp(self):
        super().setUp()
        self.useFixture(test.fixtures.MonkeyPatch(
            'nova.virt.novametal.watch.RETRY_AFTER', 0.05))
        objects.Service(self.context, host='metal-1', binary='nova-compute',
                        topic='compute').create()

    def service(self):
        return objects.Service.get_by_compute_host(nova_context.get_admin_context(), 'metal-1')

    def is_disabled(self, disabled):
        eventually('the service is %s' % ('disabled' if disabled else 'enabled'),
                   lambda: self.service().disabled == disabled)

    def test_the_service_is_disabled_while_the_host_is_down(self):
        self.started()
        self.host.stop()
        self.is_disabled(True)
        self.assertIn('nova-metal: the compute host process', self.service().disabled_reason)
        self.host.start()
        self.is_disabled(False)
        self.assertIsNone(self.service().disabled_reason)

    def test_a_service_that_an_operator_disabled_stays_so(self):
        service = self.service()
        service.disabled, service.disabled_reason = True, 'new switch'
        service.save()
        self.started()
        self.host.stop()
        earlier = self.host.count('/v1/events')
        self.host.start()
        # If the death was noticed, events before the next description of the host are not read.
        eventually('the events are asked for again',
                   lambda: self.host.count('/v1/events') > earlier)
        with mock.patch.object(self.driver._watch, '_update_power') as update:
            self.host.emit(type='power_changed', instance_uuid='i', new_power='running')
            eventually('the events are read again', lambda: update.called)
        self.assertEqual('new switch', self.service().disabled_reason)

    def test_the_hosts_own_reports_disable_and_enable(self):
        self.started()
        self.host.emit(type='host_availability', state='down', reason='the store is away')
        self.is_disabled(True)
        self.assertEqual('nova-metal: the store is away', self.service().disabled_reason)
        self.host.emit(type='host_availability', state='up', reason='the store answers')
        self.is_disabled(False)

    def test_a_host_that_reported_down_before_the_start_disables(self):
        self.host.availability = {'state': 'down', 'reason': 'the store is away'}
        self.started()
        self.is_disabled(True)

    def test_a_busy_host_is_not_a_host_that_is_down(self):
        self.host.replies['GET', '/v1/events'] = 503, {'error': {
            'code': 'too_many_requests', 'disposition': 'retry', 'message': 'busy'}}
        self.started()
        calls = len(self.host.calls)
        eventually('the events are asked for again', lambda: len(self.host.calls) > calls + 3)
        self.assertFalse(self.service().disabled)

    def test_an_event_that_cannot_be_handled_does_not_stop_the_next(self):
        seen = []
        self.started()
        with mock.patch.object(self.driver._watch, '_update_power', side_effect=(
                lambda *event: seen.append(event) or 1 / 0)):
            for power in ('running', 'shutdown'):
                self.host.emit(type='power_changed', instance_uuid='i', new_power=power)
            eventually('both events are handled', lambda: len(seen) == 2)
        self.assertEqual([('i', 'running'), ('i', 'shutdown')], seen)

    def test_lost_events_are_left_and_the_newest_are_followed(self):
        self.started()
        self.host.replies['GET', '/v1/events'] = 410, {'error': {
            'code': 'events_lost', 'disposition': 'retry', 'message': 'lost'}}
        self.host.emit(type='power_changed', instance_uuid='old', new_power='running')
        descriptions = self.host.count('/v1')
        eventually('the host is described again', lambda: self.host.count('/v1') > descriptions)
        with mock.patch.object(self.driver._watch, '_update_power') as update:
            del self.host.replies['GET', '/v1/events']
            reads = self.host.count('/v1/events')
            eventually('the events are read', lambda: self.host.count('/v1/events') > reads)
            self.host.emit(type='power_changed', instance_uuid='new', new_power='shutdown')
            eventually('the new event is handled', lambda: update.called)
        update.assert_called_once_with('new', 'shutdown')

    def test_a_power_change_becomes_novas_external_event(self):
        instance = self.instance(vm_state=vm_states.ACTIVE)
        manager = mock.Mock()
        self.driver._watch._virtapi._compute = manager
        self.driver._watch._update_power(instance.uuid, 'shutdown')
        self.driver._watch._update_power(instance.uuid, 'nostate')
        self.driver._watch._update_power('b0070000-0000-4000-8000-00000000000f', 'running')
        (_, instances, events), _ = manager.external_instance_event.call_args
        self.assertEqual(1, manager.external_instance_event.call_count)
        self.assertEqual([instance.uuid], [one.uuid for one in instances])
        self.assertEqual(('power-update', 'POWER_OFF'), (events[0].name, events[0].tag))


class OrphanTest(ShimTestCase):
    MISSING = 'b0070000-0000-4000-8000-00000000000e'

    def held(self, *uuids):
        self.host.replies['GET', '/v1/instances'] = 200, {'uuids': list(uuids), 'names': []}

    def look(self, suspects=()):
        return self.driver._watch.look(set(suspects))

    def destroyed(self):
        return [body['instance']['uuid'] for body in self.host.bodies('/operations')]

    def test_only_a_row_that_is_deleted_at_two_looks_frees_the_node(self):
        gone, kept = self.instance(), self.instance()
        gone.destroy()
        self.held(gone.uuid, kept.uuid, self.MISSING)
        suspects = self.look()
        self.assertEqual({gone.uuid}, suspects)
        self.assertEqual([], self.destroyed())
        self.look(suspects)
        self.assertEqual([gone.uuid], self.destroyed())

    def test_a_missing_row_is_never_acted_on(self):
        self.held(self.MISSING)
        self.assertEqual(set(), self.look(self.look({self.MISSING})))
        self.assertEqual([], self.destroyed())

    def test_the_looks_are_an_interval_apart_and_go_on_after_a_failure(self):
        gone = self.instance()
        gone.destroy()
        self.held(gone.uuid)
        watch = self.driver._watch
        watch._orphan_interval = 0.05
        with mock.patch.object(watch, '_follow'), mock.patch.object(
                watch, 'look', side_effect=[OSError('no conductor'), {gone.uuid}, set(), set()]
                + [set()] * 10000) as look:
            watch.start()
            self.addCleanup(watch.stop)
            eventually('four looks', lambda: look.call_count >= 4)
        self.assertEqual([set(), set(), {gone.uuid}, set()],
                         [call[0][0] for call in look.call_args_list[:4]])


class ConnectionTest(ShimTestCase):
    def test_calls_at_once_have_separate_connections_and_few_are_kept(self):
        results = []
        instance = self.instance()
        threads = [threading.Thread(target=lambda: results.append(
            self.driver.get_info(instance).state)) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT)
        self.assertEqual([power_state.RUNNING] * 40, results)
        self.assertLessEqual(len(self.driver._host._idle), host_module.KEPT_CONNECTIONS)
