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

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;

/**
 * Connects to the service of the image {@code lumoauth-dev-server} that Docker Compose
 * runs.
 */
final class LumoAuthDockerComposeConnectionDetailsFactory
		extends DockerComposeConnectionDetailsFactory<LumoAuthConnectionDetails> {

	LumoAuthDockerComposeConnectionDetailsFactory() {
		super(DevServerDetails.NAME);
	}

	@Override
	protected LumoAuthConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
		return new Details(source.getRunningService());
	}

	private static final class Details extends DockerComposeConnectionDetails implements DevServerDetails {

		private final RunningService service;

		Details(RunningService service) {
			super(service);
			this.service = service;
		}

		@Override
		public String getUrl() {
			return "http://" + this.service.host() + ":" + this.service.ports().get(PORT);
		}

		@Override
		public Map<String, @Nullable String> environment() {
			return this.service.env();
		}

	}

}
