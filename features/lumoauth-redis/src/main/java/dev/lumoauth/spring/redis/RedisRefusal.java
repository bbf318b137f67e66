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

package dev.lumoauth.spring.redis;

import org.springframework.core.NestedExceptionUtils;

/**
 * What Redis or Valkey answers instead of doing what it is asked, and what to do about
 * it. The first word of such an answer is its code.
 */
enum RedisRefusal {

	FULL("OOM", "is full: give it more memory (maxmemory)"),

	NOT_SAVED("MISCONF", "can't save to its disk, and so takes nothing: make room on the disk"),

	READ_ONLY("READONLY", "is a replica, which takes nothing: set spring.data.redis.* to the master or its sentinels"),

	FEW_REPLICAS("NOREPLICAS", "has too few replicas (min-replicas-to-write), and so takes nothing"),

	NOT_PERMITTED("NOPERM",
			"forbids a command or a key to spring.data.redis.username: docs/kubernetes.md has those to allow"),

	/** In a script, Redis 7 leaves the code out. */
	NOT_PERMITTED_IN_SCRIPT("ACL failure in script", NOT_PERMITTED.words),

	NOT_KNOWN("ERR unknown command", "lacks a command: docs/kubernetes.md has those that it needs"),

	NO_LOGIN("NOAUTH", "wants a password: set spring.data.redis.username and spring.data.redis.password"),

	WRONG_LOGIN("WRONGPASS", "refuses the login: look at spring.data.redis.username and spring.data.redis.password");

	private final String code;

	private final String words;

	RedisRefusal(String code, String words) {
		this.code = code;
		this.words = words;
	}

	/**
	 * Return what failed, and what to do if Redis says why, whatever the driver is.
	 * @param failure what was thrown
	 */
	static String describe(Throwable failure) {
		Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
		String message = String.valueOf(root.getMessage());
		for (RedisRefusal refusal : values()) {
			// A script reports what a command of its own was answered.
			if (message.startsWith(refusal.code) || message.startsWith("ERR " + refusal.code)) {
				return "Redis " + refusal.words + ". It says: " + message;
			}
		}
		return root.toString();
	}

}
