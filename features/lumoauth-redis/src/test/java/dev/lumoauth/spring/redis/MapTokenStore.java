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

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * A store in memory, whose values a test can look at and put.
 */
public class MapTokenStore implements SharedTokenStore {

	public final Map<String, byte[]> values = new ConcurrentHashMap<>();

	public final Map<String, Duration> lives = new HashMap<>();

	/** The names of what was saved, in order. */
	final List<String> saved = new CopyOnWriteArrayList<>();

	public final Map<String, String> locks = new ConcurrentHashMap<>();

	@Override
	public byte @Nullable [] find(String name) {
		return this.values.get(name);
	}

	@Override
	public void save(String name, byte[] value, Duration life) {
		this.values.put(name, value);
		this.lives.put(name, life);
		this.saved.add(name);
	}

	@Override
	public void remove(String name, byte[] value) {
		this.values.computeIfPresent(name, (key, current) -> Arrays.equals(current, value) ? null : current);
	}

	@Override
	public boolean lock(String name, String holder, Duration life) {
		return this.locks.putIfAbsent(name, holder) == null;
	}

	@Override
	public void unlock(String name, String holder) {
		this.locks.remove(name, holder);
	}

}
