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

package com.example;

import dev.lumoauth.spring.capability.CapabilityDeniedException;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Does what the agent may do, says what the agent may not do, and ends.
 */
@SpringBootApplication
public class Desk {

	public static void main(String[] args) {
		try (ConfigurableApplicationContext context = SpringApplication.run(Desk.class, args)) {
			Documents documents = context.getBean(Documents.class);
			System.out.println("read: " + documents.read());
			try {
				documents.shred();
			}
			catch (CapabilityDeniedException ex) {
				System.out.println("shred: " + ex.getMessage());
			}
		}
	}

}
