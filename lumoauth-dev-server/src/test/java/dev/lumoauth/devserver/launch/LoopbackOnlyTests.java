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

package dev.lumoauth.devserver.launch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;

import dev.lumoauth.devserver.config.DevProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LoopbackOnly}.
 */
class LoopbackOnlyTests {

	@ParameterizedTest
	@CsvSource(nullValues = "none", value = {
			// server.address, network name, where it listens, the host that is printed
			"none, none, 127.0.0.1, 127.0.0.1", //
			"127.0.0.2, none, 127.0.0.2, 127.0.0.2", //
			"::1, none, ::1, [::1]", //
			"none, lumoauth, none, 127.0.0.1", //
			"0.0.0.0, lumoauth, 0.0.0.0, 127.0.0.1", //
			"127.0.0.1, lumoauth, 127.0.0.1, 127.0.0.1", //
			"172.18.0.2, lumoauth, 172.18.0.2, lumoauth" })
	void listensWhereTheAddressSays(String address, String name, String expected, String host) throws Exception {
		LoopbackOnly server = server(address, name);
		TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory();
		server.customize(factory);
		assertThat(factory.getAddress()).isEqualTo(address(expected));
		assertThat(server.host()).isEqualTo(host);
	}

	@ParameterizedTest
	@CsvSource({ "0.0.0.0", "172.18.0.2", "::" })
	void refusesAnAddressBeyondLoopbackWithoutAName(String address) throws Exception {
		LoopbackOnly server = server(address, null);
		TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory();
		assertThatExceptionOfType(RefusedToStartException.class).isThrownBy(() -> server.customize(factory));
	}

	private static LoopbackOnly server(String address, String name) throws UnknownHostException {
		ServerProperties properties = new ServerProperties();
		properties.setAddress(address(address));
		Map<String, String> values = new HashMap<>(Map.of("dev.tenants[0].slug", "acme"));
		if (name != null) {
			values.put("dev.network-names", name);
		}
		DevProperties dev = new Binder(new MapConfigurationPropertySource(values)).bind("dev", DevProperties.class)
			.get();
		return new LoopbackOnly(properties, dev);
	}

	private static InetAddress address(String address) throws UnknownHostException {
		return (address != null) ? InetAddress.getByName(address) : null;
	}

}
