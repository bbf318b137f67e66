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

package dev.lumoauth.spring.reflect;

import java.io.IOException;
import java.io.InputStream;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.util.ClassUtils;

/**
 * Reads class files.
 *
 * @since 0.1.0
 */
public final class ClassFile {

	private ClassFile() {
	}

	/**
	 * Read the class file of a class.
	 * @param type the class
	 * @param visitor is told what is in it
	 * @param options what the visitor need not be told, as of {@link ClassReader}
	 * @return {@code false} if there is none, as in a native image, or if it can't be
	 * read, as of a version that isn't known yet
	 */
	public static boolean read(Class<?> type, ClassVisitor visitor, int options) {
		try (InputStream classFile = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
			if (classFile == null) {
				return false;
			}
			new ClassReader(classFile).accept(visitor, options);
			return true;
		}
		catch (IOException | RuntimeException ex) {
			return false;
		}
	}

}
