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

package dev.lumoauth.spring.redis.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the answers about capabilities are remembered.
 *
 * @param store Where answers about capabilities are remembered: with 'redis', replicas
 * also share them for as long as each counts.
 */
@ConfigurationProperties("lumoauth.capabilities")
record DecisionStore(@DefaultValue("memory") Type store) {

	/**
	 * Where answers are remembered.
	 */
	enum Type {

		/**
		 * In the memory of each replica.
		 */
		MEMORY,

		/**
		 * Also in the Redis of {@code lumoauth.token-store}.
		 */
		REDIS

	}

}
