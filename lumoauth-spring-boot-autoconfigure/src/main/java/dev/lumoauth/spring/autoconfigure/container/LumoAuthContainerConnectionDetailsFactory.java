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

package dev.lumoauth.spring.autoconfigure.container;

import java.util.Map;

import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Container;

import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;

/**
 * Connects to the container of the image {@code lumoauth-dev-server}, or of another one
 * with this name in {@code @ServiceConnection}.
 */
final class LumoAuthContainerConnectionDetailsFactory
		extends ContainerConnectionDetailsFactory<Container<?>, LumoAuthConnectionDetails> {

	LumoAuthContainerConnectionDetailsFactory() {
		super(DevServerDetails.NAME);
	}

	@Override
	protected LumoAuthConnectionDetails getContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
		return new Details(source);
	}

	/**
	 * Reads the container after its start, because it has no port before.
	 */
	private static final class Details extends ContainerConnectionDetails<Container<?>> implements DevServerDetails {

		Details(ContainerConnectionSource<Container<?>> source) {
			super(source);
		}

		@Override
		public String getUrl() {
			return "http://" + getContainer().getHost() + ":" + getContainer().getMappedPort(PORT);
		}

		@Override
		public Map<String, @Nullable String> environment() {
			return getContainer().getEnvMap();
		}

	}

}
