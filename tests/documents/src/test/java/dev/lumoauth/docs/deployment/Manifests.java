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

package dev.lumoauth.docs.deployment;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import dev.lumoauth.docs.Document;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The YAML of docs/kubernetes.md.
 */
final class Manifests {

	private Manifests() {
	}

	/**
	 * Return all of its YAML documents, in order.
	 */
	static List<Map<String, Object>> all() {
		return new Document("kubernetes.md").blocks("yaml")
			.stream()
			.flatMap((block) -> StreamSupport
				.stream(new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(block).spliterator(), false))
			.map(Manifests::map)
			.toList();
	}

	/**
	 * Return the only container of the deployment.
	 */
	static Map<String, Object> container() {
		return maps(pod().get("containers")).get(0);
	}

	/**
	 * Return what the pods of the deployment are.
	 */
	static Map<String, Object> pod() {
		Map<String, Object> deployment = all().stream()
			.filter((manifest) -> "Deployment".equals(manifest.get("kind")))
			.findFirst()
			.orElseThrow();
		return at(deployment, "spec", "template", "spec");
	}

	/**
	 * Return the variables of a list of them.
	 * @param list the list
	 * @param secrets the values of secrets by their keys
	 */
	static SystemEnvironmentPropertySource environment(Object list, Map<String, String> secrets) {
		Map<String, Object> variables = new HashMap<>();
		for (Map<String, Object> variable : maps(list)) {
			Object value = variable.get("value");
			variables.put((String) variable.get("name"),
					(value != null) ? value : secrets.get(at(variable, "valueFrom", "secretKeyRef").get("key")));
		}
		return new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
				variables);
	}

	static Map<String, Object> at(Map<String, Object> map, String... path) {
		Map<String, Object> at = map;
		for (String key : path) {
			at = map(at.get(key));
		}
		return at;
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> map(Object value) {
		return (Map<String, Object>) value;
	}

	@SuppressWarnings("unchecked")
	static List<Map<String, Object>> maps(Object value) {
		return (List<Map<String, Object>>) value;
	}

}
