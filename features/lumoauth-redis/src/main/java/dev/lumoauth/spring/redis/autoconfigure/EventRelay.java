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
 * How the replicas of an application pass LumoAuth's events on to each other.
 *
 * @param relay How an event that one replica receives reaches the others; with 'auto', by
 * Redis if it is configured.
 */
@ConfigurationProperties("lumoauth.events")
record EventRelay(@DefaultValue("auto") Type relay) {

	/**
	 * How replicas pass events on to each other.
	 */
	enum Type {

		/**
		 * By Redis if there is a connection to it, otherwise not at all.
		 */
		AUTO,

		/**
		 * By the Redis of {@code spring.data.redis}.
		 */
		REDIS,

		/**
		 * Not at all: each replica has to receive each event itself. Otherwise it learns
		 * of a revocation when its remembered answers expire.
		 */
		NONE

	}

}
