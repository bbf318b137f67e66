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

package dev.lumoauth.benchmarks.fleet;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import dev.lumoauth.spring.redis.SharedTokenStore;
import org.jspecify.annotations.Nullable;

/**
 * A shared store in memory. In the simulation one replica runs at a time.
 */
public final class MapTokenStore implements SharedTokenStore {

	private final Map<String, byte[]> values = new HashMap<>();

	@Override
	public byte @Nullable [] find(String name) {
		return this.values.get(name);
	}

	@Override
	public void save(String name, byte[] value, Duration life) {
		this.values.put(name, value);
	}

	@Override
	public void remove(String name, byte[] value) {
		if (Arrays.equals(this.values.get(name), value)) {
			this.values.remove(name);
		}
	}

	@Override
	public boolean lock(String name, String holder, Duration life) {
		return true;
	}

	@Override
	public void unlock(String name, String holder) {
	}

}
