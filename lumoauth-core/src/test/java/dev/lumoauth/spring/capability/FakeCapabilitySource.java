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

package dev.lumoauth.spring.capability;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A LumoAuth of the tests: grants, denies, stays silent or fails, and keeps what it was
 * asked.
 */
public class FakeCapabilitySource implements CapabilitySource {

	private final Map<String, Boolean> answers = new ConcurrentHashMap<>();

	private final List<List<String>> questions = Collections.synchronizedList(new ArrayList<>());

	private volatile Consumer<Collection<String>> before = (names) -> {
	};

	public FakeCapabilitySource grant(String... names) {
		return answer(true, names);
	}

	public FakeCapabilitySource deny(String... names) {
		return answer(false, names);
	}

	private FakeCapabilitySource answer(boolean allowed, String... names) {
		for (String name : names) {
			this.answers.put(name, allowed);
		}
		return this;
	}

	public void forget(String name) {
		this.answers.remove(name);
	}

	public void fail(RuntimeException failure) {
		this.before = (names) -> {
			throw failure;
		};
	}

	public void recover() {
		this.before = (names) -> {
		};
	}

	public void before(Consumer<Collection<String>> before) {
		this.before = before;
	}

	/**
	 * Return what was asked.
	 * @return the names, one list for each request
	 */
	public List<List<String>> questions() {
		return List.copyOf(this.questions);
	}

	@Override
	public Map<String, Boolean> ask(Collection<String> capabilities) {
		this.questions.add(List.copyOf(capabilities));
		Map<String, Boolean> found = new HashMap<>(this.answers);
		this.before.accept(capabilities);
		found.keySet().retainAll(capabilities);
		return found;
	}

}
