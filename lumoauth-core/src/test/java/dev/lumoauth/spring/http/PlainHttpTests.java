/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.http;

import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link PlainHttp}.
 */
class PlainHttpTests {

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth", "LumoAuth", "lumo-auth-2", "host.docker.internal", "host.containers.internal",
			"lumoauth.test", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.10" })
	void developmentHasNamesAndAddressesOfItsOwn(String host) {
		assertThat(PlainHttp.DEVELOPMENT_NETWORK.isAllowed(host)).isTrue();
		assertThat(PlainHttp.LOOPBACK.isAllowed(host)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "127.0.0.1", "[::1]" })
	void thisMachineIsAlwaysAllowed(String host) {
		assertThat(PlainHttp.DEVELOPMENT_NETWORK.isAllowed(host)).isTrue();
		assertThat(PlainHttp.LOOPBACK.isAllowed(host)).isTrue();
	}

	@ParameterizedTest
	@NullAndEmptySource
	@ValueSource(strings = { "app.lumoauth.dev", "lumoauth.", "lumoauth.svc", "lumoauth.default.svc.cluster.local",
			"lumoauth.local", "lumoauth.internal", "metadata.google.internal", "evil.docker.internal.example.com",
			"a.b.test", "ai", "2130706433", "0x7f000001", "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1",
			"10.0.1", "010.0.0.1", "10.0.0.256", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[fd00::1]", "-lumoauth",
			"lumo_auth" })
	void everyOtherHostLooksLikeProduction(String host) {
		assertThat(PlainHttp.DEVELOPMENT_NETWORK.isAllowed(host)).isFalse();
	}

	@Test
	void countsForLumoAuthAloneAndForNoOtherAddress() {
		URI url = URI.create("http://lumoauth:9000");
		assertThatIllegalArgumentException().isThrownBy(() -> LumoAuthAddresses.forTenant(url, "acme"));
		assertThatIllegalArgumentException().isThrownBy(() -> Origin.of(url));
		LumoAuthAddresses lumoAuth = LumoAuthAddresses.forTenant(url, "acme", PlainHttp.DEVELOPMENT_NETWORK);
		assertThat(LumoAuthAddresses.forOrganization(url, "acme", PlainHttp.DEVELOPMENT_NETWORK).isOwn(url)).isTrue();
		assertThat(lumoAuth.isOwn(URI.create("http://LumoAuth:9000/t/acme"))).isTrue();
		assertThat(lumoAuth.isOwn(URI.create("http://lumoauth:9001"))).isFalse();
		assertThatNoException().isThrownBy(() -> lumoAuth.check(URI.create("http://lumoauth:9000/keys")));
		assertThatNoException().isThrownBy(() -> lumoAuth.check(URI.create("https://keys.example.com")));
		for (String other : new String[] { "http://lumoauth:9001/keys", "http://other:9000/keys", "http://a.dev" }) {
			assertThatIllegalArgumentException().isThrownBy(() -> lumoAuth.check(URI.create(other)));
		}
	}

	@Test
	void aLumoAuthBeyondLoopbackNamesNoPlainAddress() {
		LumoAuthAddresses lumoAuth = LumoAuthAddresses.forTenant(URI.create("https://lumoauth"), "acme");
		assertThatIllegalArgumentException().isThrownBy(() -> lumoAuth.check(URI.create("http://lumoauth:443/keys")));
	}

}
