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
package dev.lumoauth.demo;

/**
 * Starts the demo from its jar. Uses no class of a library, so that it can say that the
 * libraries are missing.
 */
public final class DemoJar {

	private DemoJar() {
	}

	/**
	 * Start the demo.
	 * @param args options, such as {@code --demo.deny=read:documents}
	 */
	public static void main(String[] args) {
		if (DemoJar.class.getResource("/org/springframework/boot/SpringApplication.class") == null) {
			System.err.println("The demo did not start: the folder lib is missing. Copy it to the folder of the jar.");
			System.exit(1);
		}
		DemoApplication.main(args);
	}

}
