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

import java.net.Inet6Address;
import java.net.InetAddress;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.servlet.ConfigurableServletWebServerFactory;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.config.DevProperties;

/**
 * Binds to the loopback interface and refuses to start on another one, because this
 * server issues tokens to anyone who knows a published secret, and its admin API is open
 * to everyone. No other machine can reach the loopback interface of a container. There,
 * the names of the server are configured. With a name, the server listens where
 * {@code server.address} says, or on all interfaces if it is not set.
 */
@Component
class LoopbackOnly implements WebServerFactoryCustomizer<ConfigurableServletWebServerFactory>, Ordered {

	private static final int MAX_PORT = 65_535;

	private static final Logger logger = LoggerFactory.getLogger(LoopbackOnly.class);

	private final ServerProperties properties;

	private final DevProperties dev;

	LoopbackOnly(ServerProperties properties, DevProperties dev) {
		this.properties = properties;
		this.dev = dev;
	}

	@Override
	public void customize(ConfigurableServletWebServerFactory factory) {
		Integer port = this.properties.getPort();
		if (port != null && (port < 0 || port > MAX_PORT)) {
			throw new RefusedToStartException("There is no port " + port,
					"Set --server.port to a number up to %d, 0 for any free port".formatted(MAX_PORT));
		}
		InetAddress address = this.properties.getAddress();
		boolean loopback = address != null && address.isLoopbackAddress();
		if (!this.dev.networkNames().isEmpty()) {
			if (!loopback) {
				logger.warn("Listens beyond this machine, for {}: whoever reaches the port has the secrets and /dev",
						this.dev.networkNames());
			}
			factory.setAddress(address);
			return;
		}
		if (address != null && !loopback) {
			throw new RefusedToStartException(
					"The dev server is for development only and listens on the loopback interface only, not on %s"
						.formatted(address.getHostAddress()),
					"Remove server.address (SERVER_ADDRESS), or set it to 127.0.0.1");
		}
		factory.setAddress((address != null) ? address : InetAddress.getLoopbackAddress());
	}

	/**
	 * Return the host by which this machine reaches the server.
	 */
	String host() {
		InetAddress address = this.properties.getAddress();
		if (address == null || address.isAnyLocalAddress()) {
			return "127.0.0.1";
		}
		if (address.isLoopbackAddress()) {
			return (address instanceof Inet6Address) ? "[::1]" : address.getHostAddress();
		}
		// The server refuses requests that name its address instead of a name.
		return this.dev.networkNames().stream().sorted().findFirst().orElseThrow();
	}

	/** Runs after Spring Boot's own customizer, which applies the properties. */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
